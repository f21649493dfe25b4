"""Read a whole table: what is plain by lines, the rest by the grammar, the broken by recovery.

Flow: address -> fetch -> *parse* -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

Skipper refuses a document for one bad route. Here the bad one is named and the rest is still read:
the grammar is as strict as Skipper's up to the first fault, so a table has refusals exactly where
parse_document raises.
"""

from __future__ import annotations

import re
from itertools import chain, islice

from diffs.formats.eskip.canonical import digest_of_pieces, print_pieces
from diffs.formats.eskip.lexer import (
    SYMBOL,
    Fault,
    Meter,
    TooManyTokens,
    blank_end,
    excerpt,
    idle_end,
)
from diffs.formats.eskip.lines import pieces_of_line
from diffs.formats.eskip.parse import Draft, parse_definition
from diffs.formats.eskip.recovery import Bad, Good, Recovery, judge
from diffs.formats.eskip.voice import VOICE
from diffs.line_index import NO_LINE, LineIndex, digest_of
from diffs.table import Limits, Refusal, Table, TableTooLarge

VERSION = "1"
"""Raised whenever a digest or a canonical text of the same bytes changes."""

LABEL = f"eskip/{VERSION}"
EXCERPT_BYTES = 120

_LINE = re.compile(rb"(" + SYMBOL + rb"): ([^\n]{1,1000000}+)(?<=;)(?:\n++|\Z)|.", re.DOTALL)


def read(data: bytes, known: LineIndex | None = None, *, limits: Limits | None = None) -> Table:
    """Read an eskip document into a table; lines that `known` has seen are not parsed again.

    Errors
        TableTooLarge   a limit is exceeded; everything else ends as a Refusal in the table
    """
    limits = limits or Limits()
    try:
        return _Reader(data, known, limits).read()
    except TooManyTokens:
        raise TableTooLarge("tokens", limits.tokens) from None


class _Reader:
    """One reading; `refused` marks that the grammar failed and only recovery goes on."""

    def __init__(self, data: bytes, known: LineIndex | None, limits: Limits) -> None:
        self.data = data
        self.known = known.by_line if known and known.label == LABEL else {}
        self.limits = limits
        self.keys: list[bytes] = []
        self.meanings: list[bytes] = []
        self.raws: list[bytes] = []
        self.spans: tuple[list[int], list[int]] = ([], [])
        self.refusals: list[Refusal] = []
        self.recovery: Recovery | None = None
        self.meter = Meter(limits.tokens)
        self.first = blank_end(data, 0)
        self.odd_line = (0, 0)
        self.counted = (0, 1, 0)

    def read(self) -> Table:
        position = 0
        while (position := idle_end(self.data, position)) < len(self.data):
            begun = position
            if position >= self.odd_line[1]:
                position = self._read_lines(position)
            if position == begun:
                position = self._read_one(position)
            if len(self.keys) + len(self.refusals) > self.limits.routes:
                raise TableTooLarge("routes", self.limits.routes)
        names = b"\n".join(self.keys).decode().split("\n") if self.keys else []
        refused = [refusal.key for refusal in self.refusals]
        if max(map(len, chain(names, refused)), default=0) > self.limits.route_id_bytes:
            raise TableTooLarge("route_id_bytes", self.limits.route_id_bytes)
        index = LineIndex(LABEL, names, self.meanings, self.raws)
        return Table(self.data, index, self.spans, tuple(self.refusals), VOICE)

    def _read_lines(self, position: int) -> int:
        """Read plain lines from a place where a route may begin; return where that ended."""
        known = self.known.get
        keep_start, keep_stop = self.spans[0].append, self.spans[1].append
        room = self.limits.routes - len(self.keys) + 1
        for match in islice(_LINE.finditer(self.data, position), room):
            key, body = match.groups()
            if key is None:
                break
            raw = digest_of(body)
            meaning = known(raw)
            if meaning is None:
                if not (pieces := pieces_of_line(body[:-1], self.meter)):
                    break
                meaning = digest_of_pieces(pieces)
            self.keys.append(key)
            self.meanings.append(meaning)
            self.raws.append(raw)
            keep_start(position)
            position = match.end()
            keep_stop(position)
        newline = self.data.find(b"\n", position)
        self.odd_line = (position, newline if newline >= 0 else len(self.data))
        return position

    def _read_one(self, position: int) -> int:
        """Read one route by the grammar; return where the next may begin."""
        result = self._judge(position)
        if isinstance(result, Bad):
            self._refuse(result, position)
            return result.resume
        draft = result.draft
        self.keys.append(draft.id.encode())
        self.meanings.append(digest_of_pieces(print_pieces(result.route)))
        self.raws.append(self._raw_digest(draft))
        self.spans[0].append(draft.start)
        self.spans[1].append(draft.stop)
        return draft.after

    def _judge(self, position: int) -> Good | Bad:
        """Be as strict as Skipper up to the first fault of grammar, then recover."""
        if self.recovery is None:
            try:
                return judge(self._parse(position))
            except Fault as fault:
                self.recovery = Recovery(self.data, self.meter)
                if not fault.route_id:
                    return Bad(fault, self.recovery.boundary(position))
        return self.recovery.read(position)

    def _parse(self, position: int) -> Draft:
        is_first = position == self.first
        end = len(self.data)
        return parse_definition(self.data, position, end, meter=self.meter, is_first=is_first)

    def _raw_digest(self, draft: Draft) -> bytes:
        """Return the digest of the line on which this route stands alone, else NO_LINE."""
        start, end = self.odd_line
        body = start + len(draft.id) + len(b": ")
        if (draft.start, draft.after) != (start, end) or self.data[body - 2 : body] != b": ":
            return NO_LINE
        return digest_of(self.data[body:end])

    def _refuse(self, bad: Bad, start: int) -> None:
        position = bad.fault.position
        raw = self.data[start : bad.resume].rstrip(b"; \t\r\n")
        line, column = self._line_and_column(position)
        self.refusals.append(
            Refusal(
                key=bad.fault.route_id,
                position=position,
                line=line,
                column=column,
                reason=str(bad.fault),
                excerpt=excerpt(raw, EXCERPT_BYTES),
                digest=digest_of(raw),
            )
        )

    def _line_and_column(self, position: int) -> tuple[int, int]:
        """Count on from the last place asked for, so that all of them together cost one reading."""
        counted, line, begun = self.counted if self.counted[0] <= position else (0, 1, 0)
        line += self.data.count(b"\n", counted, position)
        begun = max(begun, self.data.rfind(b"\n", counted, position) + 1)
        self.counted = (position, line, begun)
        return line, position - begun + 1
