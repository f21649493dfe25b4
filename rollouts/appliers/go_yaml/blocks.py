"""Pieces nested as `if … else … end` nests them.

bytes -> actions -> *blocks* -> rendering -> YAML events -> place

Source: text/template/parse/parse.go of Go 1.22.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rollouts.appliers.go_yaml.actions import Piece
from rollouts.appliers.go_yaml.unclear import Unclear

DEEPEST = 40
BLANK = " \t\r"
ASSIGNMENT = re.compile(r"\$\w*(\s*,\s*\$\w*)?\s*:?=")
ELSE_IF = re.compile(r"else\s+if\b(.*)", re.DOTALL)
OPENERS = frozenset({"if", "range", "with", "define", "block"})


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stands for itself."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Printed:
    """An action that prints what nobody can know from the file."""

    start: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What holds under a condition; None is `else`."""

    condition: str | None
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The branches of one `if`; those of `range`, `with` and others with `is_if` false.

    Shapes
        is_by_lines     whether each of its actions has its line to itself
    """

    start: int
    is_if: bool
    is_by_lines: bool
    branches: tuple[Branch, ...]


Node = Text | Printed | Block


class Blocks:
    """Reads pieces into nodes."""

    def __init__(self, text: str, pieces: list[Piece]) -> None:
        self._text, self._pieces, self._at = text, pieces, 0

    def read(self) -> tuple[Node, ...]:
        """Return all nodes.

        Errors
            Unclear     an end or else too many, a block without end, nesting beyond measure
        """
        nodes = self._nodes(depth=0)
        if self._at < len(self._pieces):
            raise self._unclear("an end or else without its if", self._pieces[self._at])
        return nodes

    def _nodes(self, *, depth: int) -> tuple[Node, ...]:
        """Return the nodes up to an `else` or `end`, which is left to the caller."""
        nodes: list[Node] = []
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            word = _first_word(piece)
            if word in {"else", "end"}:
                break
            self._at += 1
            if piece.action is None:
                nodes.append(Text(piece.start, piece.end))
            elif word in OPENERS:
                nodes.append(self._block(piece, depth=depth + 1))
            elif not _is_silent(piece.action):
                nodes.append(Printed(piece.start))
        return tuple(nodes)

    def _block(self, opener: Piece, *, depth: int) -> Block:
        if depth > DEEPEST:
            raise self._unclear(f"template blocks more than {DEEPEST} deep", opener)
        word = _first_word(opener)
        condition: str | None = (opener.action or "").removeprefix(word).strip()
        is_if, is_by_lines = word == "if", self._is_alone(opener)
        branches: list[Branch] = []
        while True:
            nodes = self._nodes(depth=depth)
            branches.append(Branch(condition, nodes))
            if self._at == len(self._pieces):
                raise self._unclear(f"a template {word} without its end", opener)
            closer = self._pieces[self._at].action or ""
            is_by_lines &= self._is_alone(self._pieces[self._at])
            self._at += 1
            if closer == "end":
                return Block(opener.start, is_if, is_by_lines, tuple(branches))
            following = ELSE_IF.fullmatch(closer)
            is_if &= closer == "else" or following is not None
            condition = following[1] if following else None

    def _is_alone(self, piece: Piece) -> bool:
        """Whether an action has its line to itself."""
        before, after = piece.start - 1, piece.end
        while before >= 0 and self._text[before] in BLANK:
            before -= 1
        while after < len(self._text) and self._text[after] in BLANK:
            after += 1
        is_first = before < 0 or self._text[before] == "\n"
        return is_first and (after == len(self._text) or self._text[after] == "\n")

    def _unclear(self, message: str, piece: Piece) -> Unclear:
        return Unclear(message, self._text.count("\n", 0, piece.start) + 1)


def _first_word(piece: Piece) -> str:
    found = re.match(r"[a-z]+\b", piece.action or "")
    return found[0] if found else ""


def _is_silent(action: str) -> bool:
    """Whether an action prints nothing: comments and assignments."""
    return not action or ASSIGNMENT.match(action) is not None
