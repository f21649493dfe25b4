"""A route table as it is compared: digests by route id, and the texts behind them on demand.

Flow: address -> fetch -> parse -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

Nearly all routes of two tables are the same, so a table holds 16 bytes for each of them and makes
readable text, from the bytes it was read from, only for the few ids that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from diffs.line_index import LineIndex
from diffs.report import Kind


class TableTooLarge(ValueError):
    """A table exceeds a limit; `limit` is the name of the field of Limits that says no."""

    def __init__(self, limit: str, most: int) -> None:
        super().__init__(f"the table exceeds the limit {limit} = {most}")
        self.limit = limit
        self.most = most


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a table is read before it is given up.

    Units
        routes          count of definitions, the refused ones included
        route_id_bytes  length of the longest id
        tokens          count of what has to be read word by word, since it is not written plainly,
                        one route a line; bounds the time and memory that a hostile text costs
    """

    routes: int = 250_000
    route_id_bytes: int = 512
    tokens: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """One place for which the component would refuse the whole document, and why.

    Units
        position        bytes from the start of the document, from 0
        line, column    from 1; columns count bytes
        key             the route id, or "" where the place has none
        digest          of all the bytes refused here; the excerpt is only their beginning
    """

    key: str
    position: int
    line: int
    column: int
    reason: str
    excerpt: str
    digest: bytes = b""


class Voice(Protocol):
    """What a format says about single routes once a person wants to see them."""

    def text(self, raw: bytes) -> str:
        """Return the canonical readable text of the one route written in `raw`."""
        ...

    def settled(self, left: bytes, right: bytes, *, other: Voice) -> tuple[str, str]:
        """Return the texts of one route on both sides, `other` being the voice of the right one.

        What the format tolerates is written alike: texts that are then the same are no difference.
        """
        ...

    def kind(self, left: str, right: str) -> Kind:
        """Return on what the two different canonical texts of one route disagree."""
        ...


@dataclass(frozen=True)
class Table:
    """One side of a comparison.

    Shapes
        data        the bytes it was read from, kept for text()
        lines       what was found in them: id, canonical digest and raw digest of every good route
        spans       (starts, stops) in `data` of the routes of `lines`, in the same order; what
                    ends a route may be inside
        refusals    not empty: the component would refuse the document
    """

    data: bytes = field(repr=False)
    lines: LineIndex = field(repr=False)
    spans: tuple[Sequence[int], Sequence[int]] = field(repr=False)
    refusals: tuple[Refusal, ...]
    voice: Voice = field(repr=False)

    @property
    def digests(self) -> Mapping[str, bytes]:
        """Route id -> 16 bytes, equal in any two processes exactly where the meaning is equal."""
        return self.lines.digests

    @property
    def duplicates(self) -> tuple[str, ...]:
        """The ids that are defined more than once, sorted; never merged in silence."""
        return self.lines.duplicates

    @property
    def routes(self) -> int:
        """How many route definitions were found, the refused ones included."""
        return len(self.lines.keys) + len(self.refusals)

    @cached_property
    def digest(self) -> str:
        """64 hex digits over the whole canonical content; order and spelling do not matter."""
        whole = sha256()
        for key in sorted(self.digests):
            whole.update(key.encode() + b"\0" + self.digests[key])
        for key, refused in sorted((refusal.key, refusal.digest) for refusal in self.refusals):
            whole.update(b"\1" + key.encode() + b"\0" + refused)
        return whole.hexdigest()

    @cached_property
    def _places(self) -> Mapping[str, list[int]]:
        """Route id -> the indices of its definitions in `lines`."""
        places: dict[str, list[int]] = {}
        for index, key in enumerate(self.lines.keys):
            places.setdefault(key, []).append(index)
        return places

    def text(self, key: str) -> str:
        """Return the canonical text of a route; all of them, a blank line between, of a duplicate.

        Errors
            KeyError    no good route has this id
        """
        return "\n\n".join(self.voice.text(definition) for definition in self.raw(key))

    def raw(self, key: str) -> tuple[bytes, ...]:
        """Return the definitions of a route as they are written.

        Errors
            KeyError    no good route has this id
        """
        starts, stops = self.spans
        return tuple(self.data[starts[at] : stops[at]] for at in self._places[key])
