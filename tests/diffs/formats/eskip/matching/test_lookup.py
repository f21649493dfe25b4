"""Which route answers, by the rules and examples of Skipper's documentation."""

from __future__ import annotations

import pytest

from diffs.formats.eskip.matching import Request
from diffs.formats.eskip.matching.lookup import Effort, look_up
from tests.diffs.formats.eskip.matching.tables import answers, asked, index_of

SITE = """
header: Path("/tessera/header") -> "https://header.example.org";
pdp: PathRegexp(/.*\\.html$/) -> "https://pdp.example.org";
pdpAsync: Path("/async/*_") && PathRegexp(/.*\\.html$/) -> "https://pdp-async.example.org";
catalog: * -> "https://catalog.example.org";
catalogAsync: Path("/async/*_") -> "https://catalog-async.example.org";
catalogMen: True() && Path("/async/men/*_") -> "https://men.example.org";
cart: Path("/api/cart/*_") -> "https://cart.example.org";
login: Path("/login") && Method("POST") -> "https://login.example.org";
"""


@pytest.mark.parametrize(
    ("request_text", "route"),
    [
        ("GET /tessera/header", "header"),
        ("GET /some.html", "pdp"),
        ("GET /path/to/some.html", "pdp"),
        ("GET /async/some.html", "pdpAsync"),
        ("GET /async/nike/sports", "catalogAsync"),
        ("GET /async/men/nike", "catalogMen"),
        ("GET /", "catalog"),
        ("GET /api/cart/42/all", "cart"),
        ("POST /login", "login"),
        ("GET /login", "catalog"),
    ],
)
def test_a_site_is_routed_as_skipper_routes_it(request_text, route):
    assert answers(SITE, request_text) == route


@pytest.mark.parametrize(
    ("first", "second", "heavier"),
    [
        ('Path("/t")', 'Path("/t") && True()', "two"),
        ('Path("/t") && Weight(100)', 'Path("/t") && True() && True()', "one"),
        ('Path("/t") && Weight(100.9)', 'Path("/t") && Weight(100) && True()', "two"),
        ('Path("/t") && Method("GET")', 'Path("/t") && Method("GET") && Host("w")', "two"),
        ('Header("A", "1")', 'Header("A", "1") && Header("B", "2")', "two"),
        ('HeaderRegexp("A", "1") && HeaderRegexp("A", ".")', 'Method("GET") && True()', "two"),
        ('Path("/t")', 'Host("w") && True() && True()', "one"),
        ('PathSubtree("/") && Method("GET")', "True() && Weight(900)", "one"),
    ],
)
def test_the_heavier_route_of_one_place_wins(first, second, heavier):
    request = "GET www.example.org/t A:1 B:2"
    assert answers(f'one: {first} -> "http://1"; two: {second} -> "http://2";', request) == heavier
    assert answers(f'two: {second} -> "http://2"; one: {first} -> "http://1";', request) == heavier


@pytest.mark.parametrize(
    ("predicate", "matching", "other"),
    [
        ('Host("^my[.]example[.]org$")', "GET my.example.org/", "GET my.example.org:80/"),
        ('Host("example[.]org$")', "GET x.example.org/", "GET example.com/"),
        (
            'Host("^(a[.]b[.]?(:[0-9]+)?|c[.]?(:[0-9]+)?)$")',
            "GET c.:9090/",
            "GET a.c/",
        ),
        ('PathRegexp("^/foo/(bar|qux)")', "GET /foo/qux/x", "GET /foo/baz"),
        ('Method("GET")', "GET /", "HEAD /"),
        ('Methods("OPTIONS", "post")', "POST /", "GET /"),
        ('Header("accept", "a/b")', "GET / Accept:a/b", "GET / Accept:a/bc"),
        ('HeaderRegexp("accept", "a/(b|c)")', "GET / Accept:xa/c", "GET /"),
        ('Header("Host", "www.example.org")', "", "GET / Host:www.example.org"),
        ("True()", "GET /", ""),
        ("False()", "", "GET /"),
        ('Method("GET") && Header("A", "1")', "GET / A:1", "POST / A:1"),
    ],
)
def test_a_predicate_decides_as_documented(predicate, matching, other):
    table = f'a: {predicate} -> "http://a";'
    assert answers(table, matching) == "a" if matching else True
    assert answers(table, other) == "" if other else True


@pytest.mark.parametrize(
    "predicates",
    [
        'Path("/a") && PathSubtree("/a")',
        'PathSubtree("/a") && PathSubtree("/b")',
        'Path("/*rest/a")',
        'Path("/a") && Weight("9")',
        'Path("/a") && Methods("GET", "FETCH")',
        'Path("/a") && Methods()',
        'Path("/a:b")',
        "PathSubtree(1)",
    ],
)
def test_a_route_that_skipper_does_not_load_answers_nothing(predicates):
    table = f'a: {predicates} -> "http://a"; b: * -> "http://b";'
    assert answers(table, "GET /a") == "b"


@pytest.mark.parametrize("address", ["a.example.org", "/path", "http://", ""])
def test_a_route_without_an_address_answers_nothing(address):
    assert answers(f'a: Path("/a") -> "{address}";', "GET /a") == ""


@pytest.mark.parametrize(
    ("predicate", "why"),
    [
        ("Traffic(0.1)", "route b has a Traffic predicate, which chooses by chance"),
        ('Cookie("a", "b")', "route b has a Cookie predicate, which looks at cookies"),
        ('QueryParam("q")', "route b has a QueryParam predicate, which looks at the query"),
        (
            'Source("10.0.0.0/8")',
            "route b has a Source predicate, which looks at the client's addr",
        ),
        ("Between(1, 2)", "route b has a Between predicate, which looks at the clock"),
        ("Own()", "route b has an Own predicate, which is not followed here"),
        (
            'Host("\\\\pL")',
            "route b has a Host predicate whose pattern is not followed here: \\pL",
        ),
    ],
)
def test_what_nobody_can_tell_is_unknown(predicate, why):
    table = f'a: Path("/a") -> "http://a"; b: Path("/a") && {predicate} -> "http://b";'
    assert answers(table, "GET /a").startswith(why)


@pytest.mark.parametrize(
    "rival",
    [
        'Path("/a") && Cookie("a", "b") && Method("POST") -> "http://b"',
        'Path("/a") && Cookie("a", "b") && Host("^other$") -> "http://b"',
        'Path("/b") && Cookie("a", "b") -> "http://b"',
        'Path("/:x") && Cookie("a", "b") && Weight(99) -> "http://b"',
        'Path("/a") && Cookie("a", "b") -> "http://b"',
        'Path("/a") && Cookie("a", "b") && Weight(99) -> "http://a"',
        'Cookie("a", "b") -> "http://b"',
    ],
)
def test_a_rival_that_cannot_win_or_answers_alike_does_not_matter(rival):
    table = f'a: Path("/a") && Method("GET") && Host("w") -> "http://a"; b: {rival};'
    assert answers(table, "GET /a") == "a"


def test_equally_heavy_routes_are_unknown_unless_they_answer_alike():
    table = (
        'a: Path("/a") && Method("GET") -> "http://a"; b: Path("/a") && Host("w") -> "http://B";'
    )
    assert answers(table, "GET /a") == (
        "routes a and b match alike, and Skipper leaves open which of them answers"
    )
    assert answers(table.replace("//B", "//a"), "GET /a") == "a"
    assert answers(table, "POST /a") == "b"


def test_a_weight_is_cut_to_a_whole_number():
    table = 'a: Weight(1.9) -> "http://a"; b: True() -> "http://b";'
    assert "match alike" in answers(table, "GET /")


def test_a_traffic_segment_weighs_nothing():
    table = 'a: Path("/a") && True() -> "http://a"; b: Path("/a") && TrafficSegment(0, 1) -> "http://b";'
    assert answers(table, "GET /a") == "a"


def test_a_host_whose_weight_depends_on_the_version_is_taken_for_both():
    light = "[a-z0-9]+((-[a-z0-9]+)?)*[.]example[.]org"
    table = f'a: Path("/a") && Host("{light}") -> "http://a"; b: Path("/a") -> "http://b";'
    assert "routes a and b match alike" in answers(table, "GET /a")
    assert answers(table.replace('"/a") -> "http://b"', '"/b") -> "http://b"'), "GET /a") == "a"


def test_an_id_defined_twice_is_unknown():
    table = 'a: Path("/a") -> "http://a"; a: Path("/b") -> "http://b"; c: Path("/c") -> "http://c";'
    assert answers(table, "GET /b") == "route a is defined more than once"
    assert answers(table, "GET /c") == "c"


def test_a_table_with_a_refused_route_answers_nothing_for_sure():
    table = 'a: Path("/a") -> "http://a"; b: Method("GET") && Method("PUT") -> "http://b";'
    assert answers(table, "GET /a").startswith("the table holds routes that Skipper would refuse")


def test_of_a_hostile_table_only_so_much_is_followed():
    rivals = "".join(
        f'r{number}: Path("/a") && Host("(a+)+{number}(b|c*)+$") -> "http://{number}";\n'
        for number in range(400)
    )
    index = index_of(rivals)
    effort = Effort(100_000)
    told = look_up(index, Request("GET", "a" * 200, "/a"), effort)
    assert told.why == "the patterns of the routes with the same path take too long to follow"
    many = rivals + "".join(f's{n}: Path("/a") && True() -> "http://{n}";\n' for n in range(101))
    assert answers(many, "GET /a").startswith("more than 500 routes have the same path")


def test_the_path_of_a_request_is_that_of_the_tree():
    assert asked("GET a/b A:1") == Request("GET", "a", "/b", (("A", "1"),))
