"""Find where the next route begins once one of them cannot be read.

Pure: nothing here imports Django, reads a clock or opens a socket.

Asked only of a document that Skipper refuses anyway, so guessing well is enough. A damaged literal
may swallow every semicolon behind it, so boundaries are looked for in the plain text: a line that
begins with `id:`, or a semicolon before one. Each search goes on where the last one ended, and
second attempts share one allowance: the whole stays linear in the size of the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from diffs.formats.eskip.acceptance import accept
from diffs.formats.eskip.lexer import SPACE, SYMBOL, Fault, Meter
from diffs.formats.eskip.parse import Draft, parse_definition
from diffs.formats.eskip.route import Route

_HEAD = rb"(?=" + SYMBOL + rb"[ \t]*+:)"
_AT_LINE = re.compile(rb"\n" + _HEAD)
_AT_SEMICOLON = re.compile(rb";" + SPACE + rb"*+" + _HEAD)
ALLOWANCE = 4
"""How often, on average, a byte may be read in second attempts."""


@dataclass(frozen=True, slots=True)
class Good:
    """A route that Skipper would take."""

    draft: Draft
    route: Route


@dataclass(frozen=True, slots=True)
class Bad:
    """A route that Skipper would not take, why, and where to go on reading."""

    fault: Fault
    resume: int


def judge(draft: Draft) -> Good | Bad:
    """Judge a route whose grammar is sound."""
    try:
        return Good(draft, accept(draft))
    except Fault as fault:
        return Bad(fault, draft.after)


class Recovery:
    """Reads on in a refused document, one route at a time, in ascending order."""

    def __init__(self, data: bytes, meter: Meter) -> None:
        self.data = data
        self.meter = meter
        self.at_line = _Boundaries(_AT_LINE, data)
        self.at_semicolon = _Boundaries(_AT_SEMICOLON, data)
        self.allowance = ALLOWANCE * len(data)

    def boundary(self, position: int) -> int:
        """Return the nearest place behind `position` where a route seems to begin."""
        return min(self.at_line.after(position), self.at_semicolon.after(position))

    def read(self, position: int) -> Good | Bad:
        """Read the route at `position`, first up to the nearest boundary, then to the next line."""
        near, line = self.boundary(position), self.at_line.after(position)
        result = self._attempt(position, near)
        if isinstance(result, Good) or near == line or self.allowance < line - position:
            return result
        self.allowance -= line - position
        second = self._attempt(position, line)
        if isinstance(second, Good) or second.resume < line:
            return second
        if second.fault.position <= near or self._begins_at(near):
            return result
        # The near boundary stood inside a literal of this route, so it was none.
        return Bad(second.fault, min(line, self.at_semicolon.after(second.fault.position)))

    def _begins_at(self, position: int) -> bool:
        """Tell whether a good route stands there, so that a literal before it was never closed."""
        return isinstance(self._attempt(position, self.boundary(position)), Good)

    def _attempt(self, position: int, end: int) -> Good | Bad:
        try:
            return judge(parse_definition(self.data, position, end, meter=self.meter))
        except Fault as fault:
            return Bad(fault, end)


class _Boundaries:
    """The places of one kind, asked for in ascending order."""

    def __init__(self, pattern: re.Pattern[bytes], data: bytes) -> None:
        self.pattern = pattern
        self.data = data
        self.next = 0

    def after(self, position: int) -> int:
        """Return the first one behind `position`, or the end of the data."""
        if self.next <= position:
            match = self.pattern.search(self.data, position)
            self.next = match.end() if match else len(self.data)
        return self.next
