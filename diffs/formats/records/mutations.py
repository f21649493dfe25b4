"""Change real records in one place at a time, to see whether the comparison notices.

Pure: nothing here imports Django, reads a clock or opens a socket.

The changes are made to the last record: where the order of records counts, another one's change
would be seen at its neighbour as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from diffs.formats.format import Drill, Mutation
from diffs.formats.records.identity import key_of
from diffs.formats.records.options import Options
from diffs.formats.records.places import Here, Places, is_ignored, step
from diffs.formats.records.pointers import Pointer
from diffs.formats.records.reader import read_records
from diffs.report import Kind
from diffs.table import Limits

NEW = "penumbra_self_test"

Record = dict[str, object]


def drill_of(data: bytes, options: Options) -> Drill:
    """Return the good records of a document and mutations of them, one of each kind.

    What cannot be read is left out and a repeated key stands there once, so that nothing but the
    mutation can be found. A document without a good record gives a drill without mutations.
    """
    bodies = _bodies(data, options)
    if not bodies:
        return Drill(_document([], options), ())
    *others, (key, last) = bodies.items()
    rest = [body for _, body in others]
    mutations = [
        Mutation(_document([*rest, *written], options), name, kind)
        for kind, name, written in _changes(key, last, options)
        if rest or kind is not Kind.ONLY_IN_LEGACY
    ]
    return Drill(_document([*rest, last], options), tuple(mutations))


def _bodies(data: bytes, options: Options) -> dict[str, bytes]:
    """Return {key: the record as it is written, on one line}, the last one of a repeated key."""
    table = read_records(data, None, limits=Limits(), options=options, label="drill")
    unwanted = {NEW, *(refusal.key for refusal in table.refusals)}
    keys = [key for key in dict.fromkeys(table.lines.keys) if key not in unwanted]
    return {key: table.raw(key)[-1].replace(b"\n", b" ") for key in keys}


def _changes(key: str, last: bytes, options: Options) -> Iterator[tuple[Kind, str, list[bytes]]]:
    """Yield (the kind to be found, its key, what stands in the place of the last record)."""
    yield Kind.ONLY_IN_LEGACY, key, []
    new: Record = json.loads(last)
    _put(new, options.key[0], NEW)
    yield Kind.ONLY_IN_SHADOW, key_of(new, options.key), [last, json.dumps(new).encode()]
    yield Kind.DUPLICATE_ID, key, [last, last]
    yield Kind.REFUSED, key, [last.rstrip()[:-1] + f', "{NEW}": NaN}}'.encode()]
    changed: Record = json.loads(last)
    if _change(changed, Places(options), options):
        yield Kind.FIELD, key, [json.dumps(changed).encode()]


def _document(bodies: list[bytes], options: Options) -> bytes:
    """Print records: a line each, in an array at the root where there is one."""
    if not options.root:
        return b"\n".join(bodies)
    before, after = b"", b""
    for name in options.root:
        before, after = before + b"{" + json.dumps(name).encode() + b": ", after + b"}"
    return before + b"[\n" + b",\n".join(bodies) + b"\n]" + after


def _put(record: Record, pointer: Pointer, value: object) -> None:
    """Write what stands at a pointer."""
    place: object = record
    for name in pointer[:-1]:
        place = place[int(name)] if isinstance(place, list) else place[name]  # type: ignore[index]
    if isinstance(place, list):
        place[int(pointer[-1])] = value
    elif isinstance(place, dict):
        place[pointer[-1]] = value


def _change(record: Record, places: Places, options: Options) -> bool:
    """Change one value that counts, or add one; return False where nothing counts."""
    for pointer, value in _leaves(record, places.top, ()):
        if pointer not in options.key:
            _put(record, pointer, f"{NEW} {value}")
            return True
    if is_ignored(step(places.top, NEW)):
        return False
    record[NEW] = 1
    return True


def _leaves(value: object, here: Here, pointer: Pointer) -> Iterator[tuple[Pointer, object]]:
    """Yield the single values that count and their pointers; those of arrays are passed over."""
    if isinstance(value, dict):
        for name, one in value.items():
            below = step(here, name)
            if not is_ignored(below):
                yield from _leaves(one, below, (*pointer, name))
    elif not isinstance(value, list):
        yield pointer, value
