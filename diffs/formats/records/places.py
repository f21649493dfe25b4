"""What counts at each place of a record, looked up step by step as a record is walked.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from diffs.formats.records.numbers import Tolerance
from diffs.formats.records.options import Options
from diffs.formats.records.pointers import ANY, Pointer


@dataclass(slots=True)
class Place:
    """What was said about one pointer, and the places below it."""

    is_ignored: bool = False
    is_key: bool = False
    is_set: bool = False
    is_sequence: bool = False
    tolerance: Tolerance | None = None
    below: dict[str, Place] = field(default_factory=dict)

    def at(self, pointer: Pointer) -> Place:
        """Return the place of a pointer, making the way to it."""
        place = self
        for step in pointer:
            place = place.below.setdefault(step, Place())
        return place


Here = tuple[Place, ...]
"""The places that a value stands at: several where one was named by * and one by its name."""


class Places:
    """The places of some options."""

    def __init__(self, options: Options) -> None:
        top = Place()
        for pointer in options.key:
            top.at(pointer).is_key = True
        for pointer in options.ignore:
            top.at(pointer).is_ignored = True
        for pointer in options.sets:
            top.at(pointer).is_set = True
        for pointer in options.sequences or ():
            top.at(pointer).is_sequence = True
        self._everywhere: Tolerance | None = None
        for pointer, tolerance in options.tolerance:
            if pointer:
                top.at(pointer).tolerance = tolerance
            else:
                self._everywhere = tolerance
        self._are_sets = options.sequences is not None
        self.top: Here = (top,)

    def matter(self, here: Here) -> bool:
        """Say whether anything is said about a value or what is below it."""
        return bool(here) or self._are_sets or self._everywhere is not None

    def is_set(self, here: Here) -> bool:
        """Say whether the order of an array does not count."""
        if self._are_sets:
            return not any(place.is_sequence for place in here)
        return any(place.is_set for place in here)

    def tolerance(self, here: Here) -> Tolerance | None:
        """Return how far apart a number may be; what names a record is exact."""
        if any(place.is_key for place in here):
            return None
        named = (place.tolerance for place in here if place.tolerance is not None)
        return next(named, self._everywhere)


def step(here: Here, name: str) -> Here:
    """Return the places of a member or element; what was said of its very name comes first."""
    if not here:
        return here
    found = (place.below.get(one) for one in (name, ANY) for place in here)
    return tuple(place for place in found if place is not None)


def is_ignored(here: Here) -> bool:
    """Say whether a member or element does not count."""
    return any(place.is_ignored for place in here)
