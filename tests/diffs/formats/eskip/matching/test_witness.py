"""Requests that show a difference, and honest words where there is none."""

from __future__ import annotations

import pytest

from diffs.formats.eskip.matching import NoWitness, Witness, find_witness
from diffs.report import Finding, Kind
from tests.diffs.formats.eskip.matching.tables import findings, index_of, witness

HOST = 'Host("^(cart[.]example[.]org[.]?(:[0-9]+)?)$")'
CART = f'cart: {HOST} && Path("/v1") -> "http://10.2.0.7:8080";'
NONE = ""


@pytest.mark.parametrize(
    ("legacy", "shadow", "sentence"),
    [
        (
            CART,
            NONE,
            "GET cart.example.org/v1 → legacy: http://10.2.0.7:8080, shadow: no route (404)",
        ),
        (
            NONE,
            CART,
            "GET cart.example.org/v1 → legacy: no route (404), shadow: http://10.2.0.7:8080",
        ),
        (
            CART,
            CART.replace("8080", "9090"),
            "GET cart.example.org/v1 → legacy: http://10.2.0.7:8080, shadow: http://10.2.0.7:9090",
        ),
        (
            CART,
            CART.replace('Path("/v1")', 'PathSubtree("/v1")'),
            "GET cart.example.org/v1/any → legacy: no route (404), shadow: http://10.2.0.7:8080",
        ),
        (
            CART,
            CART.replace('Path("/v1")', 'Path("/v1") && Method("GET")'),
            "POST cart.example.org/v1 → legacy: http://10.2.0.7:8080, shadow: no route (404)",
        ),
        (
            CART,
            CART.replace('Path("/v1")', 'Path("/v1") && Header("x-a", "1")'),
            "GET cart.example.org/v1 → legacy: http://10.2.0.7:8080, shadow: no route (404)",
        ),
        (
            CART.replace('Path("/v1")', 'Path("/v1") && HeaderRegexp("x-a", "^(v1|v2)$")'),
            NONE,
            "GET cart.example.org/v1 with X-A: v1 → "
            "legacy: http://10.2.0.7:8080, shadow: no route (404)",
        ),
        (
            CART,
            CART.replace(")?)$", ")?|www[.]example[.]org)$"),
            "GET www.example.org/v1 → legacy: no route (404), shadow: http://10.2.0.7:8080",
        ),
        (
            'a: PathRegexp("^/(blue|red)/[0-9]+$") -> "http://a";',
            NONE,
            "GET any.example.org/blue/1 → legacy: http://a, shadow: no route (404)",
        ),
        (
            'a: Path("/c/:name/*rest") && PathRegexp("/red$") -> "http://a";',
            'a: Path("/c/:name/*rest") && PathRegexp("/red$") -> "http://b";',
            "",
        ),
        (
            CART,
            CART.replace('"http://10.2.0.7:8080"', "status(502) -> <shunt>"),
            "GET cart.example.org/v1 → "
            "legacy: http://10.2.0.7:8080, shadow: Skipper itself (shunt, status 502)",
        ),
        (
            'a: Path("/a") -> status(200) -> <shunt>;',
            'a: Path("/a") -> status(204) -> <shunt>;',
            "GET any.example.org/a → legacy: Skipper itself (shunt, status 200), "
            "shadow: Skipper itself (shunt, status 204)",
        ),
        (
            CART,
            CART.replace('"http', 'flowId("reuse") -> "http'),
            "GET cart.example.org/v1 → both reach http://10.2.0.7:8080; "
            'the shadow would also run these filters: flowId("reuse")',
        ),
        (
            CART.replace('"http', 'a() -> b(1) -> c() -> "http'),
            CART.replace('"http', 'a() -> b(2) -> c() -> "http'),
            "GET cart.example.org/v1 → both reach http://10.2.0.7:8080; "
            "the shadow would run these filters instead: b(2) (legacy: b(1))",
        ),
        (
            CART.replace('"http', 'a() -> a() -> "http'),
            CART.replace('"http', 'a() -> "http'),
            "GET cart.example.org/v1 → both reach http://10.2.0.7:8080; "
            "the shadow would not run these filters: a()",
        ),
        (
            'a: * -> <"http://b", "http://a">;',
            'a: * -> <consistentHash, "http://a", "http://b">;',
            "GET any.example.org/any → both reach one of http://a, http://b; "
            "the shadow would choose among them by consistentHash instead of roundRobin",
        ),
        (
            'a: * -> <"http://1", "http://2", "http://3", "http://4", "http://5">;',
            'a: * -> <"http://1", "http://2", "http://3", "http://4", "http://6">;',
            "GET any.example.org/any → both reach http://1, http://2, http://3 and 1 more; "
            "legacy also http://5, shadow also http://6",
        ),
        (
            'a: Path("/a") -> setPath("/b") -> <loopback>;',
            'a: Path("/a") -> setPath("/c") -> <loopback>;',
            "GET any.example.org/a → both reach the table once more (loopback); "
            'the shadow would run these filters instead: setPath("/c") (legacy: setPath("/b"))',
        ),
        (
            f'{CART} deep: {HOST} && Path("/v1") && Method("GET") -> "http://deep";',
            f'deep: {HOST} && Path("/v1") && Method("GET") -> "http://deep";',
            "POST cart.example.org/v1 → legacy: http://10.2.0.7:8080, shadow: no route (404)",
        ),
    ],
)
def test_a_request_shows_the_difference(legacy, shadow, sentence):
    found = witness(legacy, shadow)
    assert isinstance(found, Witness)
    assert found.sentence == (sentence or found.sentence)


def test_a_wildcard_is_filled_so_that_the_expression_for_the_path_matches():
    legacy = 'a: Path("/c/:name/*rest") && PathRegexp("^/c/x/red$") -> "http://a";'
    found = witness(legacy, legacy.replace("http://a", "http://b"))
    assert (found.method, found.host, found.path) == ("GET", "any.example.org", "/c/x/red")
    assert (found.legacy.words, found.shadow.words) == ("http://a", "http://b")


@pytest.mark.parametrize(
    ("legacy", "shadow", "reason"),
    [
        (
            'a: Path("/a") && Traffic(0.1) -> "http://a";',
            NONE,
            "the route has a Traffic predicate, which chooses by chance",
        ),
        (
            'a: Path("/a") && Host("\\\\bx") -> "http://a";',
            NONE,
            "the route has a Host predicate whose pattern is not followed here: \\bx",
        ),
        (
            'a: Path("/a") && Method("GET") -> "http://a"; b: Path("/a") && Cookie("c", "d") -> "http://b";',
            'b: Path("/a") && Cookie("c", "d") -> "http://b";',
            "route b has a Cookie predicate, which looks at cookies",
        ),
        (
            'a: Path("/a") && False() -> "http://a";',
            NONE,
            "no request can reach the route: it has a False predicate",
        ),
        (
            'a: Path("/a") && Host("^a$") && Host("^b$") -> "http://a";',
            NONE,
            "no request fits the route",
        ),
        ('a: Path("/ä") -> "http://a";', NONE, "no request fits the route"),
        (
            'a: Path("/a") && Method("GET") -> "http://a"; b: Path("/a") && Host("any") -> "http://b";',
            'b: Path("/a") && Host("any") -> "http://b";',
            "routes a and b match alike, and Skipper leaves open which of them answers",
        ),
        (
            'a: Path("/a") -> "http://a/x"; c: Path("/a") && True() && True() -> "http://c";',
            'a: Path("/a") -> "http://b/x"; c: Path("/a") && True() && True() -> "http://c";',
            "2 requests were tried, and both tables answer alike",
        ),
        (
            'a: Path("/a") && Method("PUT") -> "http://a/x";',
            'a: Path("/a") && Method("PUT") -> "http://A:80/y";',
            "1 request was tried, and both tables answer alike",
        ),
        ('a: Path("/a") -> flowId() -> <shunt>;', NONE, "both may answer 404"),
        (
            'a: Path("/a") -> "http://a";',
            'a: Path("/a") -> <dynamic>;',
            "the filters of route a decide where it goes",
        ),
    ],
)
def test_where_there_is_none_it_says_why(legacy, shadow, reason):
    found = witness(legacy, shadow)
    assert found == NoWitness(reason)
    assert found.sentence == f"no witness built: {reason}"


def test_another_place_is_shown_rather_than_other_filters_of_the_same():
    shadow = CART.replace('Path("/v1")', 'Path("/v1") && Method("GET")').replace(
        '"http', 'f() -> "http'
    )
    assert witness(CART, shadow).sentence.startswith("POST cart.example.org/v1 → legacy:")


def test_a_route_that_skipper_refuses_or_that_stands_there_twice_has_none():
    poison = 'a: Method("GET") && Method("PUT") -> "http://a";'
    twice = 'a: * -> "http://a"; a: * -> "http://b";'
    assert witness(NONE, poison).reason.startswith("Skipper would refuse the route")
    assert witness(NONE, twice).reason.startswith("the route is defined more than once")


def test_a_table_that_skipper_refuses_answers_nothing_for_the_others_either():
    moved, poisoned = findings(CART, CART.replace("8080", "9090") + "z: Path(1) -> <shunt>;")
    assert (moved.key, poisoned.key) == ("cart", "z")
    told = find_witness(moved, index_of(CART), index_of(CART + "z: Path(1) -> <shunt>;"))
    assert told.reason.startswith("the shadow table holds routes that Skipper would refuse")


def test_a_text_that_is_no_route_has_none():
    finding = Finding("a", Kind.BACKEND, "what is this", "")
    assert find_witness(finding, index_of(CART), index_of(CART)) == NoWitness(
        "its text is not that of one route"
    )


def test_a_request_that_another_route_answers_otherwise_is_no_witness():
    legacy = f'{CART} heavy: {HOST} && Path("/v1") && True() -> "http://heavy/1";'
    shadow = legacy.replace("8080", "9090").replace("heavy/1", "light/1")
    cart, heavy = findings(legacy, shadow)
    assert find_witness(cart, index_of(legacy), index_of(shadow)).reason.endswith("answer alike")
    assert find_witness(heavy, index_of(legacy), index_of(shadow)).legacy.words == "http://heavy"


def test_a_route_with_hundreds_of_expressions_is_not_followed():
    hosts = " && ".join(f'Host("^(a|b|c*)*{number}")' for number in range(500))
    assert witness(f'a: Path("/a") && {hosts} -> "http://a";', NONE) == NoWitness(
        "the route has more than 40 predicates"
    )
