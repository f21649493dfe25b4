"""What a format has to offer so that tables written in it can be compared.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from diffs.line_index import LineIndex
from diffs.part import Part
from diffs.report import Kind
from diffs.table import Limits, Table


class Read(Protocol):
    """Bytes in, table out."""

    def __call__(
        self, data: bytes, known: LineIndex | None = None, *, limits: Limits = ...
    ) -> Table:
        """Read a document; what `known` has seen before is not parsed again.

        Errors
            TableTooLarge   a limit is exceeded; everything else ends as a Refusal in the table
        """
        ...


@dataclass(frozen=True, slots=True)
class Mutation:
    """A document in which exactly one thing was changed, and the finding that must come of it."""

    data: bytes
    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Drill:
    """A sound document and its mutations, one of each kind."""

    data: bytes
    mutations: tuple[Mutation, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a table.

    Shapes
        version             raised whenever the canonical form changes: digests and line indices
                            of another version are then worth nothing
        read                see Read
        why_not_a_table     (content type or None, body) -> "" where the body may be such a table,
                            else what it is instead, in words: "an HTML page"
        lines               canonical text -> its lines without what only joins them, so that two
                            texts can be laid side by side
        parts               canonical text -> what it consists of, with every value, so that a
                            difference can be named by what changed
        drill               a real document -> mutations of it, for the self-test
    """

    name: str
    version: str
    read: Read
    why_not_a_table: Callable[[str | None, bytes], str]
    lines: Callable[[str], tuple[str, ...]]
    parts: Callable[[str], tuple[Part, ...]]
    drill: Callable[[bytes], Drill]

    @property
    def label(self) -> str:
        """Name and version, for keys of what is kept."""
        return f"{self.name}/{self.version}"
