"""Regular expressions as Go writes them, as far as tables of routes use them.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: https://github.com/google/re2/wiki/Syntax and the package regexp/syntax of Go.

Read are literals, classes, groups, alternatives, repetitions and the two edges of the text, over
ASCII. Everything else (flags but a leading (?i), Unicode classes, word edges) is refused: a text of
which we are not sure what it matches is of no use to a witness.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from diffs.formats.eskip.matching.signs import (
    ALL,
    CLASSES,
    CONTROLS,
    NEWLINE,
    mask_of,
    with_both_cases,
)

LONGEST = 1_000
DEEPEST = 20
MOST_REPEATS = 100


class NotRead(ValueError):
    """The expression is not written in the part of the language that is read here."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set: bit n of the mask stands for the ASCII code n."""

    mask: int


@dataclass(frozen=True, slots=True)
class Edge:
    """The start of the text, or its end."""

    is_start: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of them."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """From `least` to `most` times; None is without end."""

    node: Node
    least: int
    most: int | None


Node = Chars | Edge | Sequence | Choice | Repeat


_COUNTED = re.compile(r"\{([0-9]{1,4})(,?)([0-9]{0,4})\}")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>|(?!\?))")


def parse_pattern(pattern: bytes) -> Node:
    """Return what the expression says.

    Errors
        NotRead     it is too long or too deep, or says something that is not read here
    """
    if len(pattern) > LONGEST:
        raise NotRead(f"it is longer than {LONGEST} bytes")
    if not pattern.isascii():
        raise NotRead("it holds signs outside ASCII")
    text = pattern.decode("ascii")
    return _Parser(text.removeprefix("(?i)"), folds=text.startswith("(?i)")).parse()


class _Parser:
    """One reading of one expression."""

    def __init__(self, text: str, *, folds: bool) -> None:
        self.text = text
        self.folds = folds
        self.at = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self._choice()
        if self.at < len(self.text):
            raise NotRead("a bracket is closed that was never opened")
        return node

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        if self.at >= len(self.text):
            raise NotRead("it ends in the middle")
        self.at += 1
        return self.text[self.at - 1]

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, node: Node) -> Node:
        """Read what may stand behind an atom: how often it is repeated."""
        sign = self._peek()
        if sign == "{":
            least, most = self._count()
        elif sign and sign in "*+?":
            self.at += 1
            least, most = int(sign == "+"), 1 if sign == "?" else None
        else:
            return node
        if self._peek() == "?":
            self.at += 1
        if self._peek() and self._peek() in "*+?{":
            raise NotRead("a repetition is repeated")
        if isinstance(node, Edge):
            raise NotRead("an edge of the text is repeated")
        return Repeat(node, least, most)

    def _count(self) -> tuple[int, int | None]:
        match = _COUNTED.match(self.text, self.at)
        if match is None:
            raise NotRead("a brace that counts nothing")
        self.at = match.end()
        least = int(match[1])
        most = int(match[3]) if match[3] else None if match[2] else least
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise NotRead(f"a count is above {MOST_REPEATS}, or upside down")
        return least, most

    def _atom(self) -> Node:
        sign = self._peek()
        if sign == "(":
            return self._group()
        self.at += 1
        if sign == "[":
            return Chars(self._class())
        if sign in "^$":
            return Edge(is_start=sign == "^")
        if sign == ".":
            return Chars(ALL & ~NEWLINE)
        if sign == "\\":
            return self._escaped()
        if sign in "*+?{":
            raise NotRead("a repetition of nothing")
        return Chars(self._folded(mask_of(sign)))

    def _group(self) -> Node:
        match = _GROUP.match(self.text, self.at)
        if match is None:
            raise NotRead("a group with flags or of an unknown kind")
        self.at = match.end()
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotRead(f"it is nested deeper than {DEEPEST}")
        node = self._choice()
        if self._take() != ")":
            raise NotRead("a bracket is not closed")
        self.depth -= 1
        return node

    def _escaped(self) -> Node:
        if self._peek() in ("A", "z"):
            return Edge(is_start=self._take() == "A")
        return Chars(self._folded(self._escape()))

    def _escape(self) -> int:
        """Read what stands behind a backslash, as a set of characters."""
        sign = self._take()
        if sign in CLASSES:
            return CLASSES[sign]
        if sign in CONTROLS:
            return mask_of(CONTROLS[sign])
        if sign.isalnum():
            raise NotRead(f"the escape \\{sign}")
        return mask_of(sign)

    def _class(self) -> int:
        """Read a class in square brackets, its opening one already behind us."""
        negated = self._peek() == "^"
        self.at += negated
        begun, mask = self.at, 0
        while self._peek() != "]" or self.at == begun:
            mask |= self._range(is_first=self.at == begun)
        self.at += 1
        mask = self._folded(mask)
        return ALL & ~mask if negated else mask

    def _range(self, *, is_first: bool) -> int:
        """Read one character, escape or range of a class."""
        low = self._member(is_first=is_first)
        if self._peek() != "-" or self.text[self.at + 1 : self.at + 2] == "]":
            return low
        self.at += 1
        high = self._member(is_first=False)
        if low.bit_count() != 1 or high.bit_count() != 1 or high < low:
            raise NotRead("a range from or to what is no single sign, or upside down")
        return (high << 1) - low

    def _member(self, *, is_first: bool) -> int:
        sign = self._take()
        if sign == "\\":
            return self._escape()
        if sign == "[" and self._peek() == ":":
            raise NotRead("a class with a name")
        if sign == "-" and not is_first and self._peek() != "]":
            raise NotRead("a hyphen in the middle of a class")
        return mask_of(sign)

    def _folded(self, mask: int) -> int:
        return with_both_cases(mask) if self.folds else mask
