"""How much a difference matters by itself: behavioural, cost only, or cosmetic.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: Skipper's documentation of filters: `comment()` does nothing; a predicate that stands twice
is asked twice and decides once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from diffs.edits import Edit
from diffs.part import Part, Role
from diffs.report import Kind

WITHOUT_EFFECT = frozenset({"comment"})
"""Filters that do nothing."""


class Label(StrEnum):
    """What a client or an operator could notice, the gravest first."""

    BEHAVIOURAL = "behavioural"
    COST_ONLY = "cost only"
    COSMETIC = "cosmetic"


GRAVITY = tuple(Label)


def label_of(
    kind: Kind, edits: Sequence[Edit], *, left: Collection[Part], right: Collection[Part]
) -> Label:
    """Return the gravest label of a finding's edits; a route that one side lacks is behavioural.

    Shapes
        left, right     the parts of the two texts between which the edits lead
    """
    if kind not in {Kind.PREDICATE, Kind.FILTER} or not edits:
        return Label.BEHAVIOURAL
    return min((_of_edit(edit, left, right) for edit in edits), key=GRAVITY.index)


def _of_edit(edit: Edit, left: Collection[Part], right: Collection[Part]) -> Label:
    if edit.is_change:
        is_idle = edit.role is Role.FILTER and edit.name in WITHOUT_EFFECT
        return Label.COSMETIC if is_idle else Label.BEHAVIOURAL
    if edit.role is Role.FILTER and edit.name in WITHOUT_EFFECT:
        return Label.COSMETIC
    values = edit.left if edit.left is not None else edit.right or ()
    part = Part(edit.role, edit.name, values)
    stands_on_both = part in left and part in right
    return Label.COST_ONLY if edit.role is Role.PREDICATE and stands_on_both else Label.BEHAVIOURAL
