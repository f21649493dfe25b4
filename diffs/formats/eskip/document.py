"""Read a whole document with Skipper's own strictness: all of it, or nothing.

Flow: address -> fetch -> *parse* -> canonical -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from diffs.formats.eskip.acceptance import accept
from diffs.formats.eskip.lexer import Fault, Meter, blank_end, idle_end
from diffs.formats.eskip.parse import parse_definition
from diffs.formats.eskip.route import Route


class EskipError(ValueError):
    """Skipper would refuse the document.

    Units
        position        bytes from the start of the document, from 0
        line, column    from 1; columns count bytes
        route_id        "" where the place has none
    """

    def __init__(self, fault: Fault, data: bytes) -> None:
        self.route_id = fault.route_id
        self.position = fault.position
        self.line = data.count(b"\n", 0, fault.position) + 1
        self.column = fault.position - data.rfind(b"\n", 0, fault.position)
        self.expected = fault.expected
        self.found = fault.found
        name = f"route {self.route_id}, " if self.route_id else ""
        where = f"line {self.line}, column {self.column} (byte {self.position})"
        super().__init__(f"{name}{where}: {fault}")


def parse_document(data: bytes) -> tuple[Route, ...]:
    """Return the routes of a document in its own order; ids may repeat, as for Skipper.

    Errors
        EskipError      Skipper would refuse it
    """
    routes, size, meter = [], len(data), Meter()
    first = blank_end(data, 0)
    position = idle_end(data, 0)
    try:
        while position < size:
            draft = parse_definition(data, position, size, meter=meter, is_first=position == first)
            routes.append(accept(draft))
            position = idle_end(data, draft.after)
    except Fault as fault:
        raise EskipError(fault, data) from None
    return tuple(routes)
