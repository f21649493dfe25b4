"""The tree that a YAML file is read into: texts, lists and mappings that know their lines.

The tree holds texts only: what a text means (a number, a duration, a mode) is for the key it
stands under to say. So `off`, `false` and `010` stay what was written, which no reading by YAML
1.1 or 1.2 types would give.
"""

from __future__ import annotations

from dataclasses import dataclass

from rollouts.fleet_file.problems import Problem

NULLS = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2, core schema, plain scalars only


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text; `is_plain` when it was written without quotes."""

    text: str
    is_plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether this is YAML's word for nothing."""
        return self.is_plain and self.text in NULLS


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a list, in order."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """The keys and values of a mapping, in order; a key that came twice is kept once."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int


Node = Scalar | Listing | Table


class NotATree(Exception):
    """The bytes cannot be read as one plain YAML document."""

    def __init__(self, line: int, message: str, mend: str) -> None:
        super().__init__(message)
        self.problem = Problem(line, "", message, mend)
