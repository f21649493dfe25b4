"""What an order comes to on one head: which bytes change, and whom that moves; or why not.

Pure but for reading the commit's files. An order is carried out as a whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rollouts.appliers.git.content import Content
from rollouts.appliers.git.excerpts import numbered, unified
from rollouts.appliers.git.foreign import foreign_names
from rollouts.appliers.git.holdings import Held, NotHeld, files_of, held
from rollouts.appliers.go_yaml import Unwritable, spelled
from rollouts.appliers.order import Order, Place, Refused
from rollouts.fleet_file.values import MODES

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """The changed files of one commit; empty where every place holds the word already.

    Shapes
        files       {path: its bytes after}
        governed    names of the clusters that the changed values govern
    """

    files: Mapping[str, bytes]
    governed: tuple[str, ...]
    diff: str


def plan(order: Order, others: tuple[Place, ...], content: Content) -> Plan:
    """Return what to change for an order.

    Shapes
        others      the clusters beside it whose words are kept on the same branch

    Errors
        Refused     a word that is missing, unclear or another one; own values and defaults in one
                    order; a value that governs clusters which the order does not name
    """
    content.load(path for place in order.places for path in files_of(place))
    found = _held_by_all(order, content)
    changing = {name: value for name, value in found.items() if _has_to_change(order, value)}
    _refuse_mixture(order, changing)
    values = {value.spot: value for value in changing.values()}
    for value in values.values():
        _refuse_foreign(order, others, value, content)
    files = _edited(order, values.values(), content)
    _check(order, others, content, files)
    diff = "".join(unified(path, content.file(path) or b"", files[path]) for path in sorted(files))
    names = {place.target: place.name for place in order.places}
    return Plan(files, tuple(names[target] for target in changing), diff)


def _held_by_all(order: Order, content: Content) -> dict[str, Held]:
    """Return where each place's word stands, {target: Held}, when it is one that may change."""
    found: dict[str, Held] = {}
    faults: list[tuple[str, tuple[str, ...]]] = []
    before = order.words[order.from_mode]
    for place in order.places:
        try:
            value = held(place, content, word=before)
        except NotHeld as fault:
            faults.append((f"{place.name}: {fault}", fault.lines))
            continue
        found[place.target] = value
        if value.scalar.word not in order.words_before | order.words_after:
            told = (
                f"{place.name}: {value.where} says {value.scalar.word[:40]!r}, not"
                f" {before!r} as {order.from_mode} is written."
            )
            faults.append((told, numbered(content, value.path, [value.scalar.line])))
    if faults:
        raise _refused(faults)
    return found


def _has_to_change(order: Order, value: Held) -> bool:
    return value.scalar.word not in order.words_after


def _refuse_mixture(order: Order, changing: Mapping[str, Held]) -> None:
    """Own values and the default all others share are two steps forward; back it may be one."""
    if MODES.index(order.to_mode) < MODES.index(order.from_mode):
        return
    names = {place.target: place.name for place in order.places}
    shared = [names[target] for target, value in changing.items() if value.is_default]
    if shared and len(shared) < len(changing):
        own = [names[target] for target, value in changing.items() if not value.is_default]
        raise Refused(
            f"Values of their own ({_some(own)}) and the shared default ({_some(shared)}) cannot"
            " be changed in one step. Move those with values of their own first."
        )


def _refuse_foreign(order: Order, others: tuple[Place, ...], value: Held, content: Content) -> None:
    """Refuse a value that moves clusters which the order does not name."""
    names = foreign_names(value, order.places, others, content)
    if not names:
        return
    raise Refused(
        f"{value.where} governs {len(names)} more: {_some(names)}. Give each a value of its own"
        " first, or name them all in one promotion.",
        numbered(content, value.path, [value.scalar.line]),
    )


def _edited(order: Order, values: Iterable[Held], content: Content) -> dict[str, bytes]:
    """Return the files after the change, each value replaced in place, last first."""
    by_path: dict[str, list[Held]] = defaultdict(list)
    for value in values:
        by_path[value.path].append(value)
    files: dict[str, bytes] = {}
    word = order.words[order.to_mode]
    for path, found in by_path.items():
        data = content.file(path) or b""
        for value in sorted(found, key=lambda value: value.scalar.start, reverse=True):
            scalar = value.scalar
            try:
                token = spelled(word, style=scalar.style)
            except Unwritable as fault:
                raise Refused(f"The word for {order.to_mode} cannot be written: {fault}.") from None
            data = data[: scalar.start] + token + data[scalar.end :]
        files[path] = data
    return files


def _check(
    order: Order, others: tuple[Place, ...], content: Content, files: Mapping[str, bytes]
) -> None:
    """Read it all again from the changed files: what is named has moved, nothing else has."""
    edited = content.with_files(files)
    for place in (*order.places, *others):
        if not files.keys() & set(files_of(place)):
            continue
        before, after = _word(place, content), _word(place, edited)
        is_moved = place in order.places and before not in order.words_after
        if after != (order.words[order.to_mode] if is_moved else before):
            raise Refused(f"The change would not come out as meant for {place.name}.")


def _word(place: Place, content: Content) -> str | None:
    try:
        return held(place, content).scalar.word
    except NotHeld:
        return None


def _refused(faults: list[tuple[str, tuple[str, ...]]]) -> Refused:
    """Return one refusal for all that is wrong."""
    told = [text for text, _ in faults[:MOST_NAMED]]
    more = f" And {len(faults) - MOST_NAMED} more." if len(faults) > MOST_NAMED else ""
    lines = dict.fromkeys(line for _, shown in faults[:MOST_NAMED] for line in shown)
    return Refused(" ".join(told) + more, tuple(lines))


def _some(names: list[str]) -> str:
    """Return names for a sentence."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
