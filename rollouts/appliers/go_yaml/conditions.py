"""Conditions of a Go template, worked out from a cluster's fields; None where they cannot be.

Known are `eq`, `ne`, `and`, `or`, `not`, parentheses, texts, whole numbers, `true` and `false`, and
`.Cluster.NAME` for every field that the fleet file gives the cluster; where the cluster itself is
the dot, as it once was, `.NAME` for those that the registry knows. Everything else is not known.

Source: text/template's documentation of `eq` (any of several) and of truth (empty is false);
the names are those of cluster-lifecycle-manager's api.Cluster.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

Value = str | int | bool | None

LEXEME = re.compile(
    r"(?P<gap>\s*)(?:(?P<text>\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`)|(?P<mark>[()])|(?P<word>[^\s()\"`]+))"
)
FIELD = re.compile(r"\.(Cluster\.)?([A-Z]\w*)")
OF_THE_REGISTRY = {
    "Alias", "APIServerURL", "Channel", "CriticalityLevel", "Environment", "ID",
    "InfrastructureAccount", "LifecycleStatus", "LocalID", "Provider", "Region",
}  # fmt: skip
WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NAMES = {
    "ID": "key",
    "LocalID": "local_id",
    "APIServerURL": "api_server_url",
    "CriticalityLevel": "criticality",
}
NUMBERS = frozenset({"criticality"})
DEEPEST = 20
MOST_CHARACTERS = 1000
PAIR = 2


class _NotUnderstood(Exception):
    """Not a condition that is understood here."""


def judge(condition: str, fields: Mapping[str, str]) -> bool | None:
    """Return whether a condition holds for a cluster; None when that cannot be worked out."""
    try:
        return _truth(_Reader(_lexemes(condition), fields).value())
    except _NotUnderstood:
        return None


def _lexemes(condition: str) -> list[str]:
    """Return the lexemes; what is glued to a parenthesis or a text is a field of it: not known."""
    if len(condition) > MOST_CHARACTERS:
        raise _NotUnderstood
    lexemes: list[str] = []
    at, rest = 0, condition.strip()
    while at < len(rest):
        found = LEXEME.match(rest, at)
        if found is None or "|" in (found["word"] or ""):
            raise _NotUnderstood
        lexeme = found.group().strip()
        if lexemes and not found["gap"] and lexeme != ")" and lexemes[-1] != "(":
            raise _NotUnderstood
        lexemes.append(lexeme)
        at = found.end()
    return lexemes


class _Reader:
    """Reads lexemes into one value."""

    def __init__(self, lexemes: list[str], fields: Mapping[str, str]) -> None:
        self._lexemes, self._fields, self._at = lexemes, fields, 0

    def value(self) -> Value:
        """Return what all lexemes come to."""
        value = self._command(depth=0)
        if self._at < len(self._lexemes):
            raise _NotUnderstood
        return value

    def _command(self, *, depth: int) -> Value:
        if depth > DEEPEST or self._at == len(self._lexemes):
            raise _NotUnderstood
        function = None
        if self._lexemes[self._at][0].isalpha() and self._lexemes[self._at] not in CONSTANTS:
            function = FUNCTIONS.get(self._lexemes[self._at], _unknown)
            self._at += 1
        operands: list[Value] = []
        while self._at < len(self._lexemes) and self._lexemes[self._at] != ")":
            operands.append(self._operand(depth=depth))
        if function is not None:
            return function(operands)
        if len(operands) != 1:
            raise _NotUnderstood
        return operands[0]

    def _operand(self, *, depth: int) -> Value:
        lexeme = self._lexemes[self._at]
        self._at += 1
        if lexeme == "(":
            value = self._command(depth=depth + 1)
            if self._lexemes[self._at : self._at + 1] != [")"]:
                raise _NotUnderstood
            self._at += 1
            return value
        if lexeme[0] in '"`':
            return _text(lexeme)
        if lexeme in CONSTANTS:
            return CONSTANTS[lexeme]
        if WHOLE.fullmatch(lexeme):
            return int(lexeme)
        return self._field(lexeme)

    def _field(self, lexeme: str) -> Value:
        """Return a field of the cluster; one that the fleet file does not give is not known."""
        found = FIELD.fullmatch(lexeme)
        if found is None or not (found[1] or found[2] in OF_THE_REGISTRY):
            return None
        name = NAMES.get(found[2], CAPITAL.sub("_", found[2]).lower())
        text = self._fields.get(name, "")
        if name in NUMBERS:
            return int(text) if WHOLE.fullmatch(text) else None
        return text or None


def _text(lexeme: str) -> Value:
    """Return a quoted text; Go's own escapes are not known."""
    try:
        text = lexeme[1:-1] if lexeme[0] == "`" else str(json.loads(lexeme, strict=False))
        return text.encode("latin-1").decode("utf-8")
    except (ValueError, UnicodeError):
        return None


def _truth(value: Value) -> bool | None:
    return None if value is None else bool(value)


def _same(left: Value, right: Value) -> bool | None:
    """Return whether two values are equal; Go refuses to compare values of two types."""
    if left is None or right is None or type(left) is not type(right):
        return None
    return left == right


def _any(truths: Sequence[bool | None]) -> bool | None:
    if True in truths:
        return True
    return None if None in truths else False


def _eq(values: Sequence[Value]) -> Value:
    if len(values) < PAIR:
        raise _NotUnderstood
    return _any([_same(values[0], value) for value in values[1:]])


def _ne(values: Sequence[Value]) -> Value:
    if len(values) != PAIR:
        raise _NotUnderstood
    return _not([_same(*values)])


def _or(values: Sequence[Value]) -> Value:
    if not values:
        raise _NotUnderstood
    return _any([_truth(value) for value in values])


def _and(values: Sequence[Value]) -> Value:
    if not values:
        raise _NotUnderstood
    return _not([_any([_not([value]) for value in values])])


def _not(values: Sequence[Value]) -> bool | None:
    if len(values) != 1:
        raise _NotUnderstood
    truth = _truth(values[0])
    return None if truth is None else not truth


def _unknown(_values: Sequence[Value]) -> Value:
    """Return nothing known, whatever a function that is not known here is given."""
    return None


CONSTANTS: dict[str, Value] = {"true": True, "false": False}
FUNCTIONS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "eq": _eq,
    "ne": _ne,
    "and": _and,
    "or": _or,
    "not": _not,
}
