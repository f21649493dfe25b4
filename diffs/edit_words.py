"""Edits as people read them: filter flowId argument 1: "reuse" → "renew".

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Sequence

from diffs.edits import Edit
from diffs.line_tokens import visible
from diffs.part import Part, Role
from diffs.placeholders import type_of
from diffs.report import Kind

MOST_SHOWN = 60
"""Characters of one value in a sentence."""
SIDES = {Kind.ONLY_IN_LEGACY: "legacy", Kind.ONLY_IN_SHADOW: "shadow"}


def sentence(kind: Kind, edits: Sequence[Edit], *, typed: bool = False) -> str:
    """Return a finding in one line, its values as they are or as their types.

    Shapes: "filter flowId argument 1: "reuse" → "renew", and 2 more edits"
    """
    if kind in SIDES:
        return f"route only in {SIDES[kind]}: {_made_of(edits, typed=typed)}"
    if kind is Kind.REFUSED:
        return "route that Skipper refuses"
    if kind is Kind.DUPLICATE_ID:
        return "route id that is defined more than once"
    told = _told(edits, typed=typed)
    if not told:
        return "nothing that is printed"
    more = len(told) - 1
    rest = f", and {more} more {'edit' if more == 1 else 'edits'}" if more else ""
    return told[0] + rest


def _told(edits: Sequence[Edit], *, typed: bool) -> list[str]:
    """Return each edit in words, where requests go first; endpoints, which come and go, as one."""
    backends = [edit for edit in edits if edit.role == Role.BACKEND]
    told = _backend_words(backends, typed=typed)
    others = {Role.BACKEND, Role.ENDPOINT}
    told += [_words(edit, typed=typed) for edit in edits if edit.role not in others]
    gone = sum(edit.role == Role.ENDPOINT and edit.right is None for edit in edits)
    come = sum(edit.role == Role.ENDPOINT and edit.left is None for edit in edits)
    if typed and (gone or come):
        return [*told, "endpoints"]
    if gone or come:
        counts = [f"{count} only in {side}" for count, side in ((gone, "legacy"), (come, "shadow"))]
        told.append("endpoints: " + ", ".join(text for text in counts if text[0] != "0"))
    return told


def _backend_words(edits: Sequence[Edit], *, typed: bool) -> list[str]:
    """Return what became of the backend; where its type is another one, in one phrase."""
    gone = [edit for edit in edits if edit.left is not None and edit.right is None]
    come = [edit for edit in edits if edit.right is not None and edit.left is None]
    if len(gone) != 1 or len(come) != 1:
        return [_words(edit, typed=typed) for edit in edits]
    left, right = gone[0], come[0]
    sides = [
        _backend(left.name, left.left or (), typed=typed),
        _backend(right.name, right.right or (), typed=typed),
    ]
    return [f"backend {sides[0]} → {sides[1]}"]


def _backend(name: str, values: Sequence[str], *, typed: bool) -> str:
    """Return a backend by its address, or by its type where it has none."""
    if name == "network" and values:
        return _value(values[0], typed=typed)
    return "load-balanced" if name == "lb" else f"<{name}>"


def _words(edit: Edit, *, typed: bool) -> str:
    """Return one edit."""
    subject = f"{edit.role} {edit.name}".strip()
    if edit.left is None or edit.right is None:
        side = "legacy" if edit.right is None else "shadow"
        values = edit.left if edit.left is not None else edit.right or ()
        return f"{_call(edit.role, edit.name, values, typed=typed)} only in {side}"
    one, other = edit.left, edit.right
    if len(one) == len(other):
        changed = [place for place in range(len(one)) if one[place] != other[place]]
        if len(changed) == 1:
            place = changed[0]
            name = (
                subject
                if len(one) == 1 and edit.role is not Role.FILTER
                else (f"{subject} argument {place + 1}")
            )
            arrow = f"{_value(one[place], typed=typed)} → {_value(other[place], typed=typed)}"
            return f"{name}: {arrow}"
    before, after = (", ".join(_value(v, typed=typed) for v in values) for values in (one, other))
    return f"{subject} arguments: ({before}) → ({after})"


def _made_of(edits: Sequence[Edit], *, typed: bool) -> str:
    """Return what a route that only one side has begins with."""
    parts = [Part(edit.role, edit.name, edit.left or edit.right or ()) for edit in edits]
    if typed:
        names = [part.name or part.role for part in parts if part.role != Role.ENDPOINT]
        return ", ".join(dict.fromkeys(names))
    first = [part for part in parts if part.role in {Role.PREDICATE, Role.FIELD}] or parts[:1]
    shown = " && ".join(_call(p.role, p.name, p.values, typed=False) for p in first)
    return _short(shown, 2 * MOST_SHOWN)


def _call(role: Role, name: str, values: Sequence[str], *, typed: bool) -> str:
    inner = ", ".join(_value(value, typed=typed) for value in values)
    if role is Role.PREDICATE:
        return f"{name}({inner})"
    if role is Role.FILTER:
        return f"filter {name}({inner})"
    return f"{role} {inner or f'<{name}>'}" if role is Role.BACKEND else f"{role} {name} {inner}"


def _value(value: str, *, typed: bool) -> str:
    return f"<{type_of(value)}>" if typed else _short(visible(value), MOST_SHOWN)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
