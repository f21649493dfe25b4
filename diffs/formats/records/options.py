"""What the owner of a source says about its records: which field names one, and what counts.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diffs.formats.format import BadOption
from diffs.formats.records.numbers import Tolerance
from diffs.formats.records.pointers import ANY, BadPointer, Pointer, parse_pointer

NAMES = ("key", "ignore", "ordered", "unordered", "tolerance", "root")
MOST_POINTERS = 200


@dataclass(frozen=True, slots=True)
class Options:
    """How records are read and compared.

    Shapes
        key         n >= 1 pointers to what names a record
        ignore      pointers to what does not count
        is_ordered  whether the order of the records themselves counts
        sets        pointers to arrays inside records whose order does not count
        sequences   None, or the only arrays inside records whose order counts
        tolerance   (pointer, how far apart its numbers may be); the pointer () is all others
        root        where the array stands in the document, () where it is all of it
    """

    key: tuple[Pointer, ...]
    ignore: tuple[Pointer, ...] = ()
    is_ordered: bool = False
    sets: tuple[Pointer, ...] = ()
    sequences: tuple[Pointer, ...] | None = None
    tolerance: tuple[tuple[Pointer, Tolerance], ...] = ()
    root: Pointer = ()


def read_options(given: Mapping[str, object]) -> Options:
    """Return the options of a format `records`.

    Shapes
        given   as JSON has them: key (a pointer or a list of such), ignore and unordered (lists),
                ordered (true, false, or a list), tolerance (one, or {pointer: one}), root

    Errors
        BadOption   one is unknown, missing, of another type, or contradicts another
    """
    for name in given:
        if name not in NAMES:
            raise BadOption(name, f"there is no such option. Known: {', '.join(NAMES)}")
    if not given.get("key"):
        raise BadOption("key", "it is missing: what names a record? Write a pointer, such as /name")
    key = _pointers("key", given["key"])
    if any(ANY in pointer or not pointer for pointer in key):
        raise BadOption("key", "it must lead to one field. Write a pointer such as /name")
    root = _pointer("root", given.get("root", ""))
    if ANY in root:
        raise BadOption("root", "it must lead to one array. Write a pointer such as /items")
    is_ordered, sequences = _order(given.get("ordered", False))
    sets = _pointers("unordered", given.get("unordered", []))
    if sets and sequences is not None:
        raise BadOption(
            "unordered", "it cannot stand beside a list under ordered. Keep one of them"
        )
    return Options(
        key=key,
        ignore=_pointers("ignore", given.get("ignore", [])),
        is_ordered=is_ordered,
        sets=sets,
        sequences=sequences,
        tolerance=_tolerance(given.get("tolerance", {})),
        root=root,
    )


def _order(given: object) -> tuple[bool, tuple[Pointer, ...] | None]:
    """Return whether the order of records counts, and which arrays inside keep theirs."""
    if isinstance(given, bool):
        return given, None
    if isinstance(given, str | list):
        pointers = _pointers("ordered", given)
        return () in pointers, tuple(pointer for pointer in pointers if pointer)
    raise BadOption("ordered", "it is neither true, false nor a list of pointers")


def _tolerance(given: object) -> tuple[tuple[Pointer, Tolerance], ...]:
    """Return the tolerances; one that stands alone is for all numbers."""
    if not isinstance(given, Mapping):
        given = {"": given}
    found = []
    for text, size in given.items():
        if isinstance(size, bool) or not isinstance(size, str | int | float):
            raise BadOption("tolerance", "write a number, 0.001, or a share, 0.1%")
        try:
            found.append((_pointer("tolerance", text), Tolerance.parse(str(size))))
        except ValueError as error:
            raise BadOption("tolerance", str(error)) from None
    return tuple(found)


def _pointers(name: str, given: object) -> tuple[Pointer, ...]:
    """Return one pointer, or the pointers of a list, each once."""
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or len(texts) > MOST_POINTERS:
        raise BadOption(name, f"write a pointer, or a list of up to {MOST_POINTERS} of them")
    return tuple(dict.fromkeys(_pointer(name, text) for text in texts))


def _pointer(name: str, text: object) -> Pointer:
    if not isinstance(text, str):
        raise BadOption(name, f"{text!r} is no JSON pointer. Write a text such as /name")
    try:
        return parse_pointer(text)
    except BadPointer as error:
        raise BadOption(name, str(error)) from None
