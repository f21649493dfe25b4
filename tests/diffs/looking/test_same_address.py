"""Two spellings of one server."""

from __future__ import annotations

import pytest

from diffs.fetch import AddressPolicy, Credentials, Endpoint, Limits
from diffs.formats import FORMATS
from diffs.looking.order import Order, Reach, SideOrder
from diffs.looking.same_address import same_spelling
from diffs.looking.sandwich import take_look
from diffs.outcomes import Outcome, Side
from tests.diffs.looking.memory import Kept, order
from tests.servers import answers, misbehaving
from tests.servers.pair import two_sides

ONE = "http://a.example.org:9911/routes"


@pytest.mark.parametrize(
    "other",
    [
        ONE,
        "http://A.Example.ORG:9911/routes",
        "http://a.example.org.:9911/routes",
        "http://a.example.org:9911/routes/",
        "http://a.example.org:9911/routes?",
        "http://a.example.org:9911/routes?limit=10000000000000&nopretty",
        "http://a.example.org:9911/routes?offset=0&timestamp=5&limit=7",
    ],
)
def test_one_address_twice_is_seen_through_its_spelling(other):
    for pair in ((ONE, other), (other, ONE)):
        problem = same_spelling(order(legacy=pair[0], shadow=pair[1]))
        assert problem is not None
        assert problem.outcome is Outcome.SAME_ADDRESS


def test_a_port_that_need_not_be_said_is_the_same():
    pair = order(legacy="http://a.example.org/routes", shadow="http://a.example.org:80/routes")

    assert same_spelling(pair) is not None


@pytest.mark.parametrize(
    "other",
    [
        "http://b.example.org:9911/routes",
        "http://a.example.org:9090/routes",
        "https://a.example.org:9911/routes",
        "http://a.example.org:9911/other",
        "http://a.example.org:9911/routes?side=shadow",
        "file.eskip",
        "http://[",
        "http://a:99999/",
    ],
)
def test_another_address_is_another_one(other):
    assert same_spelling(order(legacy=ONE, shadow=other)) is None
    assert same_spelling(order(legacy=other, shadow=ONE)) is None


def test_two_texts_that_are_no_addresses_are_not_one():
    assert same_spelling(order(legacy="http://[", shadow="http://[")) is None


def test_one_side_alone_is_not_the_same_as_nothing():
    assert same_spelling(order(legacy=ONE, shadow=None)) is None


def look(legacy, shadow, **endpoint):
    reach = Reach(Limits(), AddressPolicy.open(), Credentials())
    sides = (
        SideOrder(Side.LEGACY, Endpoint(legacy)),
        SideOrder(Side.SHADOW, Endpoint(shadow, **endpoint)),
    )
    return take_look(Order(FORMATS["eskip"], *sides, reach), memory=Kept())


@pytest.mark.parametrize("spelling", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_one_server_is_seen_through_the_names_of_its_host(spelling):
    with misbehaving(answers.table()) as server:
        problem = look(server.url, server.url_as(spelling)).problem

    assert problem.outcome in {Outcome.SAME_ADDRESS, Outcome.UNREACHABLE}
    if spelling == "localhost":
        assert problem.outcome is Outcome.SAME_ADDRESS
        assert "the same server, 127.0.0.1" in problem.sentence


def test_two_ports_of_one_host_are_two_servers():
    with two_sides() as pair:
        assert look(pair.legacy.url, pair.shadow.url).is_equal


def test_two_paths_of_one_server_are_two_addresses():
    with misbehaving(answers.table()) as server:
        seen = look(server.url, server.url_as("localhost", "/other"))

    assert (seen.problem, seen.is_equal) == (None, True)


def test_bad_addresses_end_in_a_sentence():
    problem = look("http://a:99999/", "http://[").problem

    assert problem.outcome is Outcome.UNREACHABLE
    assert "Port 99999 does not exist" in problem.sentence


@pytest.mark.parametrize("path", ["/table/x", "//table", "/x/../table", "/t%61ble", "/table?a=1"])
def test_paths_that_are_one_on_the_server_are_one_address(path):
    with misbehaving(answers.table()) as server:
        problem = look(
            server.url_as("localhost", "/table"), server.url_as("127.0.0.1", path)
        ).problem

    assert problem.outcome is Outcome.SAME_ADDRESS
