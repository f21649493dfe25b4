"""The strict reader against the labelled examples, and what its errors say."""

from __future__ import annotations

import sys

import pytest

from diffs.formats.eskip import EskipError, parse_document
from tests.diffs.formats.eskip.examples import cases, source


def verdict(data):
    try:
        return True, [route.as_dict() for route in parse_document(data)]
    except EskipError:
        return False, None


def test_agrees_with_skipper_on_every_labelled_document(capsys):
    wrong = []
    for number, case in enumerate(cases(), 1):
        accepted, routes = verdict(source(case))
        if (accepted, routes) != (case["ok"], case.get("routes")):
            wrong.append(number)

    with capsys.disabled():
        sys.stdout.write(f"\n{len(cases()) - len(wrong)} of {len(cases())} documents agree\n")
    assert wrong == []


def test_names_route_place_and_expectation():
    with pytest.raises(EskipError) as caught:
        parse_document(b'a: * -> <shunt>;\nbad: Path("/x" -> <shunt>;\n')

    error = caught.value
    assert (error.route_id, error.position, error.line, error.column) == ("bad", 32, 2, 16)
    assert error.expected == '"," or ")" in the arguments of Path'
    assert str(error) == (
        'route bad, line 2, column 16 (byte 32): expected "," or ")" in the arguments of Path,'
        " found “->”"
    )


def test_names_the_literal_that_never_ends_where_it_begins():
    with pytest.raises(EskipError) as caught:
        parse_document(b"a: PathRegexp(/x[/) -> <shunt>;\nb: * -> <shunt>;")

    assert (caught.value.route_id, caught.value.position) == ("a", 14)
    assert "a regexp that never ends" in str(caught.value)


def test_names_a_number_that_was_printed_with_an_exponent():
    with pytest.raises(EskipError, match=r"a number without an exponent, found “1\.5e\+06”"):
        parse_document(b"a: Weight(1.5e+06) -> <shunt>")


def test_names_the_predicate_that_is_refused_after_the_grammar():
    with pytest.raises(
        EskipError, match="expected Method at most once, found a second Method"
    ) as caught:
        parse_document(b'a: Method("GET") && Method("POST") -> <shunt>')

    assert caught.value.position == 20


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9" * 310, {"num": "+Inf"}),
        ("-" + "9" * 310, {"num": "-Inf"}),
        ("-0", 0.0),
        ("007.50", 7.5),
        ("-.5", -0.5),
        ("0." + "0" * 400 + "1", 0.0),
    ],
)
def test_reads_numbers_as_floats(text, value):
    (route,) = parse_document(f"a: f({text}) -> <shunt>".encode())

    assert route.as_dict()["predicates"] == [{"name": "f", "args": [value]}]


def test_never_shows_a_negative_zero():
    (route,) = parse_document(b"a: f(-0, -0.0, -.0) -> <shunt>")

    assert str(route.predicates[0].args) == "(0.0, 0.0, 0.0)"


@pytest.mark.parametrize("space", [b" ", b"\n", b"\t", b"\v", b"\f", b"\r", b"\x85", b"\xa0"])
def test_takes_eight_single_bytes_as_white_space(space):
    assert parse_document(b"a:" + space + b"*" + space + b"->" + space + b"<shunt>;" + space)


@pytest.mark.parametrize(
    "endpoints",
    [
        b'"http://a", "https://b"',
        b'"http://a", "/b"',
        b'"http://[::1"',
        b'"http://[a]:80"',
        b'"http://a b"',
        b'"http://a%41"',
        b'"http://a:x"',
        b'"http://a/%zz"',
        b'"http://u v@a"',
        b'""',
    ],
)
def test_refuses_endpoints_that_are_no_request_addresses(endpoints):
    assert verdict(b"a: * -> <" + endpoints + b">") == (False, None)


@pytest.mark.parametrize(
    ("written", "address", "zone"),
    [
        (b"http://a?zone=z&zone=y", "http://a", "z"),
        (b"http://a?zone=&zone=y", "http://a?zone=&zone=y", None),
        (b"http://a/%7Eb?x=%zz&zone=z", "http://a/%7Eb", "z"),
        (b"http://a?y=1;2&zone=z", "http://a", "z"),
        (b"http://a?zone=z&y=b%20c&x=%2b", "http://a?x=%2B&y=b+c", "z"),
        (b"http://u:p%40@a/b c?zone=z", "http://u:p%40@a/b%20c", "z"),
        (b"http:/x?zone=z", "http:/x", "z"),
        (b"/x?zone=z#f g", "/x#f%20g", "z"),
        (b"http://[fe80::1%25en0]:80?zone=z", "http://[fe80::1%25en0]:80", "z"),
    ],
)
def test_splits_zones_off_as_go_writes_addresses(written, address, zone):
    (route,) = parse_document(b'a: * -> <"' + written + b'">')

    (endpoint,) = route.as_dict()["lbEndpoints"]
    assert endpoint == ({"address": address, "zone": zone} if zone else {"address": address})
