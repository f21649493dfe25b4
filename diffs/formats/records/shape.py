"""A record as it counts: without what is ignored, sets in one order, numbers within tolerance.

Flow: address -> fetch -> parse -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from math import nan

from diffs.formats.records.numbers import Number, Rounded, exact_of
from diffs.formats.records.places import Here, Places, is_ignored, step
from diffs.formats.records.pointers import ANY


class Unordered(list[object]):
    """An array whose order does not count, in the order that all of its spellings share."""


def shaped(value: object, places: Places, here: Here | None = None) -> object:
    """Return a value of a record as it counts; what nothing is said about is returned as it is.

    Shapes
        here    where it stands; by default it is the record itself
    """
    here = places.top if here is None else here
    if not places.matter(here):
        return value
    if isinstance(value, dict):
        below = ((name, one, step(here, name)) for name, one in value.items())
        return {name: shaped(one, places, at) for name, one, at in below if not is_ignored(at)}
    if isinstance(value, list):
        return _array(value, places, here)
    return _scalar(value, places, here)


def _array(values: list[object], places: Places, here: Here) -> list[object]:
    """Return an array: of a set the elements have no numbers, so only * names them."""
    if places.is_set(here):
        at = step(here, ANY)
        kept = [] if is_ignored(at) else [shaped(one, places, at) for one in values]
        return Unordered(sorted(kept, key=_order))
    below = ((one, step(here, str(number))) for number, one in enumerate(values))
    return [shaped(one, places, at) for one, at in below if not is_ignored(at)]


def _scalar(value: object, places: Places, here: Here) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Number):
        return value
    tolerance = places.tolerance(here)
    exact = exact_of(value) if tolerance else None
    if tolerance is None or exact is None:
        return value
    return Rounded(tolerance.rounded(exact), exact, tolerance)


def canonical(shape: object) -> bytes:
    """Return bytes that are equal exactly where two shapes are.

    A number that JSON's own types do not hold is marked by NaN, which no document may hold.
    """
    return _dumped(shape, _marked).encode()


def settled(left: object, right: object) -> object:
    """Return the right shape with every number as on the left that is within its tolerance."""
    if isinstance(left, Rounded) and isinstance(right, Rounded):
        near = left.tolerance.covers(left.exact, right.exact)
        return replace(right, shown=left.shown) if near else right
    if isinstance(left, dict) and isinstance(right, dict):
        return {n: settled(left[n], one) if n in left else one for n, one in right.items()}
    if isinstance(left, list) and isinstance(right, list):
        paired = [settled(one, other) for one, other in zip(left, right, strict=False)]
        return type(right)([*paired, *right[len(paired) :]])
    return right


def _order(element: object) -> tuple[str, list[Decimal], list[Decimal]]:
    """Return by what elements of a set are sorted: what counts exactly, then their numbers."""
    found: list[Rounded] = []

    def masked(value: object) -> list[object]:
        if isinstance(value, Rounded):
            found.append(value)
            return [nan]
        return _marked(value)

    text = _dumped(element, masked)
    return text, [number.shown for number in found], [number.exact for number in found]


def _dumped(shape: object, marked: object) -> str:
    return json.dumps(shape, sort_keys=True, separators=(",", ":"), default=marked)  # type: ignore[arg-type]


def _marked(value: object) -> list[object]:
    """Return what stands for a value that is no type of JSON."""
    if isinstance(value, Number | Rounded):
        return [nan, value.text]
    raise TypeError(f"{type(value).__name__} is no value of a record")
