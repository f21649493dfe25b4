r"""A finding's names: by the first the same disagreement is known wherever it appears.

Flow: finding -> edits -> *fingerprint* -> difference.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Two names, for two uses.

- **exact**: the correlation key (the route id) and every edit with every value. Verdicts bind here.
  Only a cluster's own names are taken out, so that one disagreement in 37 clusters is one; whoever
  accepts one churned endpoint never accepts another backend.
- **shape**: the edits with values as typed placeholders, whatever the route. For browsing and for
  work in bulk only: nothing is ever accepted by it.

What is taken out is replaced by a mark that no text can hold, so a route that really says
"{cluster}" is not taken for one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from diffs.edits import Edit, edits_between
from diffs.part import Part, Role
from diffs.placeholders import type_of
from diffs.report import Finding, Kind

VERSION = "v1"
"""Raised whenever the same finding would get another name: see what migrates verdicts."""

Parts = Callable[[str], tuple[Part, ...]]
WHOLE_KINDS = frozenset({Kind.ONLY_IN_LEGACY, Kind.ONLY_IN_SHADOW})


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The names of a finding, and what leads from one side to the other.

    Shapes
        exact, shape    "v1:" and 32 hex
        sides           the parts of both texts, between which the edits lead
    """

    exact: str
    shape: str
    edits: tuple[Edit, ...]
    sides: tuple[tuple[Part, ...], tuple[Part, ...]] = ((), ())


class ClusterNames:
    """A cluster's own names, and texts without them."""

    def __init__(self, names: Collection[str]) -> None:
        spelled = {spelling for name in names for spelling in (name, _in_an_id(name)) if name}
        longest_first = sorted(spelled, key=lambda name: (-len(name), name))
        words = "|".join(re.escape(name) for name in longest_first)
        self._words = re.compile(f"(?<![0-9A-Za-z])(?:{words})(?![0-9A-Za-z])") if words else None

    def split(self, text: str) -> list[str]:
        """Return what stands between the names; one piece where none is in it."""
        return self._words.split(text) if self._words else [text]

    def generalised(self, text: str) -> str:
        """Return the text for people, each name as {cluster}."""
        return "{cluster}".join(self.split(text))


def fingerprint(finding: Finding, *, parts: Parts, names: ClusterNames) -> Fingerprint:
    """Return the names of a finding.

    Shapes
        parts   the format's: a canonical text to its parts
        names   those of the cluster in which the finding was made
    """
    sides = parts(finding.left), parts(finding.right)
    edits = edits_between(*sides)
    exact = [finding.kind, names.split(finding.key), [_exact(edit, names) for edit in edits]]
    shape = [finding.kind, _shapes(finding.kind, edits)]
    return Fingerprint(_digest(exact), _digest(shape), edits, sides)


def _exact(edit: Edit, names: ClusterNames) -> list[object]:
    sides = [_values(values, names) for values in (edit.left, edit.right)]
    return [edit.role, names.split(edit.name), *sides, edit.places]


def _values(values: tuple[str, ...] | None, names: ClusterNames) -> list[list[str]] | None:
    return None if values is None else [names.split(value) for value in values]


def _shapes(kind: Kind, edits: Sequence[Edit]) -> list[object]:
    """Return the edits without values; endpoints, which come and go, as one."""
    if kind in WHOLE_KINDS:  # what a route is made of, not how often
        return [*sorted({(edit.role, edit.name) for edit in edits})]
    shapes: list[object] = [_shape(edit) for edit in edits if edit.role != Role.ENDPOINT]
    if any(edit.role == Role.ENDPOINT for edit in edits):
        shapes.append([Role.ENDPOINT])
    return shapes


def _shape(edit: Edit) -> list[object]:
    """Return an edit with its values as types; those that both sides share do not count."""
    if edit.left is None or edit.right is None:
        side = "left" if edit.right is None else "right"
        values = edit.left if edit.left is not None else edit.right
        return [edit.role, edit.name, side, [type_of(value) for value in values or ()]]
    if len(edit.left) != len(edit.right):
        counts = [[type_of(value) for value in values] for values in (edit.left, edit.right)]
        return [edit.role, edit.name, "arguments", counts]
    changed = [
        [place, type_of(one), type_of(other)]
        for place, (one, other) in enumerate(zip(edit.left, edit.right, strict=True))
        if one != other
    ]
    return [edit.role, edit.name, "values", changed]


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return f"{VERSION}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _in_an_id(name: str) -> str:
    """Return a name as it stands in a route id, where what is no word character becomes _."""
    return re.sub(r"\W", "_", name)
