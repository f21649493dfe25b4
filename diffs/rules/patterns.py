"""Patterns that people type: literals, globs or RE2 expressions, matched in linear time.

Pure: nothing here imports Django, reads a clock or opens a socket.

A pattern that matches everything would hide everything, so it is refused in words. What it matches
is tried on the empty text and on made-up ids, which no honest pattern knows.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

import re2

LONGEST = 500
"""Characters of a pattern; RE2 is linear in the text times the pattern."""

_MOST_MEMORY = 1 << 20
_PROBES = 64
_REFERENCE = re.compile(r"\\(.)", re.DOTALL)


class Syntax(StrEnum):
    """How a pattern is written: as it stands, with * and ?, or as an RE2 expression."""

    LITERAL = "literal"
    GLOB = "glob"
    RE2 = "re2"


class BadPattern(ValueError):
    """A pattern cannot be used; the text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern and its syntax; make it by `pattern_for_names` or `pattern_for_text`."""

    syntax: Syntax
    text: str

    def as_dict(self) -> dict[str, str]:
        """Return it in the form of JSON: {"glob": "kubeew_*"}."""
        return {self.syntax.value: self.text}

    def matches(self, name: str) -> bool:
        """Say whether it matches the whole of a name."""
        if self.syntax == Syntax.LITERAL:
            return name == self.text
        return _compiled(self).fullmatch(name) is not None

    def replaced(self, text: str, by: str) -> str:
        r"""Return a text in which what matches is replaced.

        A literal wherever it stands; a glob only the whole text; of an RE2 expression each match,
        with \0 to \9 in `by` for what its groups matched.
        """
        if self.syntax == Syntax.LITERAL:
            return text.replace(self.text, by)
        if self.syntax == Syntax.GLOB:
            return by if self.matches(text) else text
        replaced: str = _compiled(self).sub(lambda match: _filled(match, by), text)
        return replaced

    def is_found_in(self, text: str) -> bool:
        """Say whether `replaced` would replace anything of a text."""
        if self.syntax == Syntax.LITERAL:
            return self.text in text
        if self.syntax == Syntax.GLOB:
            return self.matches(text)
        return _compiled(self).search(text) is not None

    @property
    def groups(self) -> int:
        r"""How many groups `by` may name by \1, \2 …."""
        return int(_compiled(self).groups) if self.syntax == Syntax.RE2 else 0


def pattern_for_names(syntax: Syntax, text: str) -> Pattern:
    """Return a pattern that is matched against whole names: route ids.

    Errors
        BadPattern      empty, too long, not readable, or it matches everything
    """
    pattern = _sound(Pattern(syntax, text))
    if pattern.matches(""):
        raise BadPattern(_too_wide(pattern, "it matches even an empty name"))
    _refuse_if_wide(pattern, sum(pattern.matches(probe) for probe in probes()))
    return pattern


def pattern_for_text(syntax: Syntax, text: str) -> Pattern:
    """Return a pattern by which parts of a text are found and replaced.

    Errors
        BadPattern      empty, too long, not readable, or it is found in everything
    """
    pattern = _sound(Pattern(syntax, text))
    if syntax != Syntax.LITERAL:
        if pattern.is_found_in(""):
            raise BadPattern(_too_wide(pattern, "it is found even in an empty text"))
        _refuse_if_wide(pattern, sum(pattern.is_found_in(probe) for probe in probes()))
    return pattern


@lru_cache(maxsize=1)
def probes() -> tuple[str, ...]:
    """Return made-up ids of 1 to 40 characters, the same in every process."""
    made = []
    for number in range(_PROBES):
        seed = sha256(b"probe %d" % number).digest()
        word = b32encode(seed).decode().rstrip("=").replace("7", "_")
        spelled = word.lower() if number % 4 else word
        made.append(f"{'qXz_'[number % 4]}{spelled}"[: 1 + seed[0] % 40])
    return tuple(made)


def _sound(pattern: Pattern) -> Pattern:
    """Return the pattern where it is of a fair length and can be read."""
    if not pattern.text:
        raise BadPattern("the pattern is empty; write what the name looks like")
    if len(pattern.text) > LONGEST:
        raise BadPattern(
            f"the pattern has {len(pattern.text)} characters; write at most {LONGEST}, "
            "or make two rules of it"
        )
    try:
        _compiled(pattern)
    except re2.error as error:
        raise BadPattern(
            f"RE2 cannot read “{pattern.text}”: {_words(error)}; "
            "it knows no look-around and no back-references"
        ) from None
    return pattern


def _refuse_if_wide(pattern: Pattern, found: int) -> None:
    if found * 2 > _PROBES:
        reason = f"it matches {found} of {_PROBES} names made up at random"
        raise BadPattern(_too_wide(pattern, reason))


def _too_wide(pattern: Pattern, reason: str) -> str:
    return (
        f"“{pattern.text}” would match nearly everything: {reason}; "
        "name a part that only the routes you mean have, as in kubeew_*"
    )


@lru_cache(maxsize=1024)
def _compiled(pattern: Pattern) -> Any:  # noqa: ANN401 - re2 is untyped
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    return re2.compile(_expression(pattern), options)


def _expression(pattern: Pattern) -> str:
    if pattern.syntax == Syntax.RE2:
        return pattern.text
    if pattern.syntax == Syntax.LITERAL:
        return str(re2.escape(pattern.text))
    signs = {"*": ".*", "?": "."}
    return "(?s)" + "".join(signs.get(sign) or str(re2.escape(sign)) for sign in pattern.text)


def _filled(match: Any, by: str) -> str:  # noqa: ANN401 - re2 is untyped
    return _REFERENCE.sub(
        lambda sign: (match.group(int(sign[1])) or "") if sign[1].isdigit() else sign[1], by
    )


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
