"""One route, printed as each side prints it (facts: domain examples of Skipper and routesrv)."""

from __future__ import annotations

from demo.fleet.routes import Call, Route

HOST = Call("Host", ("^(a[.]example[.]org[.]?(:[0-9]+)?)$",))
ENDPOINTS = ("http://10.0.0.2:80", "http://10.0.0.1:80")


def route(*predicates, filters=(), endpoints=ENDPOINTS, **more):
    """Make a route that has the id `a`."""
    return Route("a", predicates, filters, endpoints=endpoints, **more)


def test_the_route_server_keeps_the_order_of_the_manifest():
    one = route(Call("PathSubtree", ("/x",)), HOST, Call("Method", ("GET",)))

    assert one.routesrv_line.decode() == (
        'a: PathSubtree("/x") && Host("^(a[.]example[.]org[.]?(:[0-9]+)?)$") && Method("GET")'
        ' -> <roundRobin, "http://10.0.0.2:80", "http://10.0.0.1:80">;'
    )


def test_skipper_moves_predicates_with_fields_ahead_and_sorts_endpoints():
    one = route(Call("PathSubtree", ("/x",)), Call("Method", ("GET",)), HOST)

    assert one.skipper_line.decode() == (
        'a: Host(/^(a[.]example[.]org[.]?(:[0-9]+)?)$/) && Method("GET") && PathSubtree("/x")'
        ' -> <roundRobin, "http://10.0.0.1:80", "http://10.0.0.2:80">;'
    )


def test_skipper_sorts_headers_and_escapes_slashes_in_regexps():
    one = route(
        Call("Header", ("X-B", "2")), Call("Header", ("X-A", "1")), Call("PathRegexp", ("^/x",))
    )

    assert one.skipper_line.decode().startswith(
        r'a: PathRegexp(/^\/x/) && Header("X-A", "1") && Header("X-B", "2") -> <'
    )


def test_a_service_without_endpoints_answers_502_instead_of_its_filters():
    one = route(HOST, filters=(Call("flowId", ("reuse",)),), endpoints=())

    for line in (one.skipper_line, one.routesrv_line):
        assert line.endswith(b' -> status(502) -> inlineContent("no endpoints") -> <shunt>;')


def test_one_endpoint_is_a_network_backend():
    one = route(filters=(Call("ratelimit", (10, 0.5)),), endpoints=ENDPOINTS[:1])

    assert one.skipper_line == b'a: * -> ratelimit(10, 0.5) -> "http://10.0.0.2:80";'


def test_a_backend_of_its_own_needs_no_endpoints():
    one = route(filters=(Call("redirectTo", (308, "https:")),), endpoints=(), backend="<shunt>")

    assert one.routesrv_line == b'a: * -> redirectTo(308, "https:") -> <shunt>;'


def test_prints_quotes_and_line_breaks_so_that_a_route_stays_a_line():
    one = route(filters=(Call("inlineContent", ('a "b"\n\\c',)),), endpoints=ENDPOINTS[:1])

    assert rb'inlineContent("a \"b\"\n\\c")' in one.routesrv_line
