"""What a format has to offer so that tables written in it can be compared.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from diffs.line_index import LineIndex
from diffs.part import Part
from diffs.poisons import ChangedValue, Poison
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


class BadOption(ValueError):
    """An option of a format that it cannot work with; `name` is the option's."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Words:
    """What the entries of a table are called where people read of them.

    Shapes
        noun        one of them; several are noun + s
        table       all of them together, with its article
        refused     what becomes of a table with an entry that cannot be read, after "The … side"
        unloaded    what an entry is that cannot be read, after "5 routes that"
        refused_one what becomes of one such entry, before "on the … side"
        form        the form of such an entry, after "in a form that"
        tokens      what a limit on the words of a table counts
    """

    noun: str = "route"
    table: str = "a route table"
    refused: str = "would be refused by Skipper as a whole"
    unloaded: str = "Skipper would not load"
    refused_one: str = "Skipper would refuse this route"
    form: str = "Skipper refuses"
    tokens: str = "words that stand on no plain line"


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
        words               what its entries are called
        accept              media types to ask for by one plain request; "" where the address is
                            asked as Skipper and routesrv are, and believed as they are
        is_exact            whether two tables are equal only if their digests are; else compare()
                            may find nothing in two tables of different digests
        name_refusal        reason and excerpt of a refusal -> what kind of harm it is; None where
                            a refusal has no consequence beside itself
        changed_values      body -> the entries that are read as something else than was meant
        make                options -> the format that reads with them, BadOption where they are
                            none; None where the format has no options
        options             those it reads with, as JSON has them
    """

    name: str
    version: str
    read: Read
    why_not_a_table: Callable[[str | None, bytes], str]
    lines: Callable[[str], tuple[str, ...]]
    parts: Callable[[str], tuple[Part, ...]]
    drill: Callable[[bytes], Drill]
    words: Words = Words()
    accept: str = ""
    is_exact: bool = True
    name_refusal: Callable[[str, str], Poison] | None = None
    changed_values: Callable[[bytes], tuple[ChangedValue, ...]] | None = None
    make: Callable[[Mapping[str, object]], Format] | None = None
    options: Mapping[str, object] | None = None

    @property
    def label(self) -> str:
        """Name, version and options, for keys of what is kept."""
        return labelled(self.name, self.version, self.options)

    def with_options(self, options: Mapping[str, object]) -> Format:
        """Return the format that reads with these options.

        Errors
            BadOption   the format has no such option, or the value is of no use
        """
        if self.make is not None:
            return self.make(options)
        for name in options:
            raise BadOption(name, f"the format {self.name} has no options")
        return self


def labelled(name: str, version: str, options: Mapping[str, object] | None) -> str:
    """Return the name under which is kept what a reader with these options made."""
    if not options:
        return f"{name}/{version}"
    text = json.dumps(options, sort_keys=True, separators=(",", ":"))
    return f"{name}/{version}+{sha256(text.encode()).hexdigest()[:16]}"
