"""What an order comes to on one head: which bytes change, and whom that moves; or why not.

Pure but for reading the commit's files. An order is carried out as a whole or not at all; one that
passes over (a way back) leaves out what cannot be written and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rollouts.appliers.git.content import Content
from rollouts.appliers.git.excerpts import numbered, unified
from rollouts.appliers.git.foreign import foreign_names
from rollouts.appliers.git.holdings import Held, NotHeld, files_of, held
from rollouts.appliers.go_yaml import Unwritable, spelled
from rollouts.appliers.order import LeftOut, Order, Place, Refused
from rollouts.fleet_file.values import MODES

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """The changed files of one commit; empty where every place holds the word already.

    Shapes
        files       {path: its bytes after}
        governed    names of the clusters that the changed values govern
        left_out    the places that it does nothing about, of an order that passes over
    """

    files: Mapping[str, bytes]
    governed: tuple[str, ...]
    diff: str
    left_out: tuple[LeftOut, ...] = ()


def plan(order: Order, others: tuple[Place, ...], content: Content) -> Plan:
    """Return what to change for an order.

    Shapes
        others      the clusters beside it whose words are kept on the same branch

    Errors
        Refused     a word that is missing, unclear or another one; own values and defaults in one
                    order; a value that governs clusters which the order does not name
    """
    content.load(path for place in order.places for path in files_of(place))
    found, faults = _held_by_all(order, content)
    if faults and not order.passes_over:
        raise _refused(faults)
    changing = {name: value for name, value in found.items() if _has_to_change(order, value)}
    _refuse_mixture(order, changing)
    faults += _governing_others(order, others, changing, content)
    changing = {name: changing[name] for name in changing.keys() - {one.target for one in faults}}
    values = {value.spot: value for value in changing.values()}
    files = _edited(order, values.values(), content)
    _check(order, others, content, files, changing.keys())
    diff = "".join(unified(path, content.file(path) or b"", files[path]) for path in sorted(files))
    governed = tuple(place.name for place in order.places if place.target in changing)
    return Plan(files, governed, diff, tuple(faults))


def _held_by_all(order: Order, content: Content) -> tuple[dict[str, Held], list[LeftOut]]:
    """Return where each place's word stands, {target: Held}, and those whose may not change."""
    found: dict[str, Held] = {}
    faults: list[LeftOut] = []
    before = order.words[order.from_mode]
    for place in order.places:
        try:
            value = held(place, content, word=before)
        except NotHeld as fault:
            faults.append(LeftOut(place.target, place.name, str(fault), fault.lines))
            continue
        if value.scalar.word in order.words_before | order.words_after:
            found[place.target] = value
            continue
        told = (
            f"{value.where} says {value.scalar.word[:40]!r}, not {before!r} as"
            f" {order.from_mode} is written."
        )
        lines = numbered(content, value.path, [value.scalar.line])
        faults.append(LeftOut(place.target, place.name, told, lines))
    return found, faults


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


def _governing_others(
    order: Order, others: tuple[Place, ...], changing: Mapping[str, Held], content: Content
) -> list[LeftOut]:
    """Return the places whose value moves clusters that the order does not name.

    Errors
        Refused     there is one, and the order passes over nothing
    """
    names = {place.target: place.name for place in order.places}
    found: list[LeftOut] = []
    for spot, value in {value.spot: value for value in changing.values()}.items():
        foreign = foreign_names(value, order.places, others, content)
        if not foreign:
            continue
        reason = (
            f"{value.where} governs {len(foreign)} more: {_some(foreign)}. Give each a value of"
            " its own first, or name them all in one promotion."
        )
        lines = numbered(content, value.path, [value.scalar.line])
        if not order.passes_over:
            raise Refused(reason, lines)
        shared = (target for target, one in changing.items() if one.spot == spot)
        found += [LeftOut(target, names[target], reason, lines) for target in shared]
    return found


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
                token = spelled(word, style=scalar.style, before=scalar.word)
            except Unwritable as fault:
                raise Refused(f"The word for {order.to_mode} cannot be written: {fault}.") from None
            data = data[: scalar.start] + token + data[scalar.end :]
        files[path] = data
    return files


def _check(
    order: Order,
    others: tuple[Place, ...],
    content: Content,
    files: Mapping[str, bytes],
    moved: Collection[str],
) -> None:
    """Read it all again from the changed files: what is named has moved, nothing else has."""
    edited = content.with_files(files)
    for place in (*order.places, *others):
        if not files.keys() & set(files_of(place)):
            continue
        before, after = _word(place, content), _word(place, edited)
        is_moved = place.target in moved
        if after != (order.words[order.to_mode] if is_moved else before):
            raise Refused(f"The change would not come out as meant for {place.name}.")


def _word(place: Place, content: Content) -> str | None:
    try:
        return held(place, content).scalar.word
    except NotHeld:
        return None


def _refused(faults: list[LeftOut]) -> Refused:
    """Return one refusal for all that is wrong."""
    told = [f"{one.name}: {one.reason}" for one in faults[:MOST_NAMED]]
    more = f" And {len(faults) - MOST_NAMED} more." if len(faults) > MOST_NAMED else ""
    lines = dict.fromkeys(line for one in faults[:MOST_NAMED] for line in one.lines)
    return Refused(" ".join(told) + more, tuple(lines))


def _some(names: list[str]) -> str:
    """Return names for a sentence."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
