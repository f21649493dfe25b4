"""The grammar of eskip: tokens in, drafts of routes out.

Flow: address -> fetch -> *parse* -> canonical -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

    route   : predicate ("&&" predicate)* "->" (filter "->")* backend
    call    : symbol "(" [","] [arg ("," arg)*] ")"      f(,1) is f(1), as Skipper reads it
    backend : string | <shunt> | <loopback> | <dynamic> | <forward> | "<" [symbol ","] strings ">"

What the grammar allows and Skipper refuses all the same is in acceptance.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from diffs.formats.eskip.lexer import END, Fault, Lexer, Meter
from diffs.formats.eskip.route import Arg, Call

FIXED_BACKENDS = {
    "<shunt>": "shunt",
    "<loopback>": "loopback",
    "<dynamic>": "dynamic",
    "<forward>": "forward",
}
_ARGS = ("number", "string", "regexp")


@dataclass(slots=True)
class Draft:
    """A route as it is written, before anything is checked, sorted or left out.

    Shapes
        predicates, endpoints   each with the position where it stands
        start, stop             where the route stands, its id included, its semicolon not
        after                   where the next definition may begin
    """

    id: str = ""
    predicates: list[tuple[int, Call]] = field(default_factory=list)
    filters: list[Call] = field(default_factory=list)
    backend_type: str = "network"
    backend: bytes = b""
    lb_algorithm: str = ""
    lb_endpoints: list[tuple[int, bytes]] = field(default_factory=list)
    start: int = 0
    stop: int = 0
    after: int = 0


def parse_definition(
    data: bytes, position: int, end: int, *, meter: Meter, is_first: bool = False
) -> Draft:
    """Read one route definition and the semicolon behind it.

    Shapes
        position    of its first byte, idle_end() of where one may begin
        end         nothing is read from there on; where that is not the end of the data, the
                    semicolon must stand before it
        is_first    nothing, not even a semicolon, stands before: the route may have no id, and
                    is then the only one

    Errors
        Fault           with the route id, if that was read before
        TooManyTokens   the meter has run out
    """
    draft = Draft(start=position)
    try:
        lexer = Lexer(data, position, end, meter)
        _read_head(lexer, draft, is_first=is_first)
        _read_route(lexer, draft)
        _read_end(lexer, draft, needs_semicolon=end < len(data))
    except Fault as fault:
        fault.route_id = draft.id
        raise
    return draft


def parse_call(data: bytes, meter: Meter) -> Call:
    """Read a text that is one predicate or filter and nothing else, no comment or space behind it.

    Errors
        Fault           it is not
        TooManyTokens   the meter has run out
    """
    lexer = Lexer(data, 0, len(data), meter)
    call = _read_call(lexer, "a name")
    if lexer.behind < len(data):
        raise Fault(lexer.behind, "the end of the text", "more of it")
    return call


def _read_head(lexer: Lexer, draft: Draft, *, is_first: bool) -> None:
    """Read `id:`; an unnamed first route is left for _read_route."""
    if is_first and (lexer.kind == "*" or _stands_before(lexer, "(")):
        return
    if lexer.kind != "symbol":
        raise Fault(lexer.start, "a route id", lexer.found())
    name = lexer.raw.decode()
    if not _stands_before(lexer, ":"):
        lexer.advance()
        raise Fault(lexer.start, f'":" after the route id {name}', lexer.found())
    draft.id = name
    lexer.advance()
    lexer.advance()


def _stands_before(lexer: Lexer, kind: str) -> bool:
    """Tell whether the token after the symbol at the reading point is of this kind."""
    if lexer.kind != "symbol":
        return False
    return Lexer(lexer.data, lexer.stop, lexer.end, lexer.meter).kind == kind


def _read_route(lexer: Lexer, draft: Draft) -> None:
    _read_predicate(lexer, draft)
    while lexer.kind == "&&":
        lexer.advance()
        _read_predicate(lexer, draft)
    _expect(lexer, "->", '"->" or "&&" after a predicate')
    while lexer.kind == "symbol":
        draft.filters.append(_read_call(lexer, "a filter"))
        _expect(lexer, "->", '"->" after a filter')
    _read_backend(lexer, draft)


def _read_predicate(lexer: Lexer, draft: Draft) -> None:
    start = lexer.start
    if lexer.kind == "*":
        lexer.advance()
    else:
        draft.predicates.append((start, _read_call(lexer, 'a predicate or "*"')))


def _read_call(lexer: Lexer, what: str) -> Call:
    if lexer.kind != "symbol":
        raise Fault(lexer.start, what, lexer.found())
    name = lexer.raw.decode()
    lexer.advance()
    _expect(lexer, "(", f'"(" after {name}')
    args: list[Arg] = []
    if lexer.kind in _ARGS:
        args.append(_read_arg(lexer, name))
    while lexer.kind == ",":
        lexer.advance()
        args.append(_read_arg(lexer, name))
    _expect(lexer, ")", f'"," or ")" in the arguments of {name}')
    return Call(name, tuple(args))


def _read_arg(lexer: Lexer, name: str) -> Arg:
    if lexer.kind not in _ARGS:
        wanted = f"a number, a string or a regexp as argument of {name}"
        raise Fault(lexer.start, wanted, lexer.found())
    value = lexer.value()
    lexer.advance()
    return value


def _read_backend(lexer: Lexer, draft: Draft) -> None:
    if lexer.kind == "string":
        draft.backend = _read_string(lexer, "an address")
    elif lexer.kind in FIXED_BACKENDS:
        draft.backend_type = FIXED_BACKENDS[lexer.kind]
        lexer.advance()
    elif lexer.kind == "<":
        _read_load_balancing(lexer, draft)
    else:
        raise Fault(lexer.start, 'a filter or a backend after "->"', lexer.found())


def _read_load_balancing(lexer: Lexer, draft: Draft) -> None:
    draft.backend_type = "lb"
    lexer.advance()
    if lexer.kind == "symbol":
        draft.lb_algorithm = lexer.raw.decode()
        lexer.advance()
        _expect(lexer, ",", '"," after the algorithm')
    _read_endpoint(lexer, draft)
    while lexer.kind == ",":
        lexer.advance()
        _read_endpoint(lexer, draft)
    _expect(lexer, ">", '"," or ">" after an endpoint')


def _read_endpoint(lexer: Lexer, draft: Draft) -> None:
    position = lexer.start
    draft.lb_endpoints.append((position, _read_string(lexer, "the string of an endpoint")))


def _read_string(lexer: Lexer, what: str) -> bytes:
    if lexer.kind != "string":
        raise Fault(lexer.start, what, lexer.found())
    value = lexer.value()
    lexer.advance()
    return value if isinstance(value, bytes) else b""


def _read_end(lexer: Lexer, draft: Draft, *, needs_semicolon: bool) -> None:
    """Read what may follow a backend: a semicolon or the end."""
    draft.stop, draft.after = lexer.behind, lexer.stop
    if lexer.kind == END and not needs_semicolon:
        return
    if not draft.id:
        raise Fault(lexer.start, "the end: a route without an id stands alone", lexer.found())
    if lexer.kind != ";":
        raise Fault(lexer.start, '";" after a backend', lexer.found())


def _expect(lexer: Lexer, kind: str, what: str) -> None:
    if lexer.kind != kind:
        raise Fault(lexer.start, what, lexer.found())
    lexer.advance()
