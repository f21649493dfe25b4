"""Whether enough people agreed, and who is still needed. Pure.

Theory. A quorum by groups has one seat a needed person. Somebody who is in two groups takes one
seat only, but whichever helps most: seats and people are matched as far as they can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

ANYBODY = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How far a quorum is.

    Shapes
        missing     {group: how many more}; "" is anybody
    """

    given: int
    needed: int
    missing: Mapping[str, int]

    @property
    def is_met(self) -> bool:
        """Say whether nobody more is needed."""
        return not self.missing


def count_quorum(quorum: int, groups: Mapping[str, int], approvers: Sequence[Set[str]]) -> Count:
    """Return how far the approvals reach.

    Shapes
        quorum      people beside the requester, all groups together
        groups      {group: how many of it}; {} where anybody will do
        approvers   the groups of each person who approved, one set a person
    """
    seats = [group for group, count in sorted(groups.items()) for _ in range(count)]
    seats += [ANYBODY] * max(quorum - len(seats), 0)
    taken = _match(seats, approvers)
    missing: dict[str, int] = {}
    for place, group in enumerate(seats):
        if place not in taken:
            missing[group] = missing.get(group, 0) + 1
    return Count(len(taken), len(seats), missing)


def _match(seats: Sequence[str], approvers: Sequence[Set[str]]) -> dict[int, int]:
    """Return {seat: person} with as many seats taken as can be (augmenting paths)."""
    taken: dict[int, int] = {}

    def sit(person: int, tried: set[int]) -> bool:
        for seat, group in enumerate(seats):
            if seat in tried or not (group == ANYBODY or group in approvers[person]):
                continue
            tried.add(seat)
            if seat not in taken or sit(taken[seat], tried):
                taken[seat] = person
                return True
        return False

    for person in range(len(approvers)):
        sit(person, set())
    return taken
