"""What leads from one canonical text to the other, part by part, with every value kept.

Flow: finding -> *edits* -> fingerprint -> difference.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from diffs.line_match import matching_pairs
from diffs.part import Part, Role


@dataclass(frozen=True, slots=True)
class Edit:
    """One part that changed, or that only one side has.

    Shapes
        left, right     the printed values of each side; None where the side has no such part
        places          where it stands on each side, from 0, among the filters, whose order
                        matters; (None, None) for what has no order
    """

    role: Role
    name: str
    left: tuple[str, ...] | None
    right: tuple[str, ...] | None
    places: tuple[int | None, int | None] = (None, None)

    @property
    def is_change(self) -> bool:
        """Say whether both sides have the part."""
        return self.left is not None and self.right is not None


def edits_between(left: Sequence[Part], right: Sequence[Part]) -> tuple[Edit, ...]:
    """Return the edits that lead from the one to the other, in the order of the text.

    Equal parts meet first; between two of them a part meets its namesake, and the rest stand alone.
    A backend is one thing on both sides, whatever its type.
    """
    edits: list[Edit] = []
    ones, others = _by_role(left), _by_role(right)
    for role in Role:
        one, other = ones.get(role, []), others.get(role, [])
        if one != other:
            edits += _of_role(one, other)
    return tuple(edits)


def _by_role(parts: Sequence[Part]) -> dict[Role, list[Part]]:
    found: dict[Role, list[Part]] = {}
    for part in parts:
        found.setdefault(part.role, []).append(part)
    return found


def _of_role(left: Sequence[Part], right: Sequence[Part]) -> Iterator[Edit]:
    pairs = matching_pairs([_text(part) for part in left], [_text(part) for part in right])
    i = j = 0
    for next_i, next_j in (*pairs, (len(left), len(right))):
        yield from _between(_placed(left, i, next_i), _placed(right, j, next_j))
        i, j = next_i + 1, next_j + 1


Placed = tuple[int | None, Part]


def _placed(parts: Sequence[Part], start: int, stop: int) -> list[Placed]:
    """Return some parts with their places, where places mean something."""
    return [
        (place if parts[place].role == Role.FILTER else None, parts[place])
        for place in range(start, stop)
    ]


def _between(left: Sequence[Placed], right: Sequence[Placed]) -> Iterator[Edit]:
    """Yield the edits of a run in which no part is equal."""
    met = matching_pairs([_head(part) for _, part in left], [_head(part) for _, part in right])
    i = j = 0
    for next_i, next_j in (*met, (len(left), len(right))):
        yield from (_gone(*one) for one in left[i:next_i])
        yield from (_come(*other) for other in right[j:next_j])
        if next_i < len(left):
            yield from _changed(left[next_i], right[next_j])
        i, j = next_i + 1, next_j + 1


def _changed(one: Placed, other: Placed) -> Iterator[Edit]:
    """Yield the change of a part; a backend of another type went and came."""
    (i, left), (j, right) = one, other
    if left.name == right.name:
        yield Edit(left.role, left.name, left.values, right.values, (i, j))
    else:
        yield from (_gone(i, left), _come(j, right))


def _gone(place: int | None, part: Part) -> Edit:
    return Edit(part.role, part.name, part.values, None, (place, None))


def _come(place: int | None, part: Part) -> Edit:
    return Edit(part.role, part.name, None, part.values, (None, place))


@lru_cache(maxsize=8_192)
def _text(part: Part) -> str:
    return "\0".join((part.name, *part.values))


def _head(part: Part) -> str:
    """Return by what a part meets its counterpart; endpoints are a set and meet nobody."""
    if part.role == Role.BACKEND:
        return ""
    if part.role == Role.ENDPOINT:
        return part.values[0]
    return part.name
