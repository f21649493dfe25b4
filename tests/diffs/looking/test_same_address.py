"""Two spellings of one server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.fetch import AddressPolicy, Credentials, Endpoint, Limits, Location, fetch
from diffs.formats import FORMATS
from diffs.looking.command_line import look_once
from diffs.looking.order import Order, Reach, SideOrder
from diffs.looking.same_address import same_spelling
from diffs.looking.sandwich import take_look
from diffs.outcomes import Outcome, Side
from tests.diffs.looking.memory import Kept, order, payload
from tests.servers import EVERY_LOOPBACK, answers, misbehaving
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


@pytest.mark.parametrize("other", ["127.0.0.2", "127.9.9.9"])
def test_one_listener_is_seen_through_the_numbers_of_this_machine(other):
    with misbehaving(answers.table(), host=EVERY_LOOPBACK) as server:
        problem = look(server.url_as("127.0.0.1"), server.url_as(other)).problem

    assert problem.outcome is Outcome.SAME_ADDRESS
    assert "this machine on one port" in problem.sentence


def test_the_command_line_sees_it_too():
    reach = Reach(Limits(), AddressPolicy.open(), Credentials())
    with misbehaving(answers.table(), host=EVERY_LOOPBACK) as server:
        sides = [Endpoint(server.url_as(host)) for host in ("127.0.0.1", "127.0.0.2")]

        answer = look_once(FORMATS["eskip"], *sides, reach=reach)

    assert answer.outcome is Outcome.SAME_ADDRESS


POD_NAMES = {
    "legacy.example.org": ["10.0.0.1", "10.0.0.2"],
    "alias.example.org": ["10.0.0.2", "10.0.0.1"],
    "partly.example.org": ["10.0.0.3", "10.0.0.2"],
    "shadow.example.org": ["10.0.0.4"],
}


def look_by_name(shadow, *, shadow_port=9911, shadow_path="/routes"):
    """Look at legacy.example.org and another name, each answered by the first of its addresses."""

    def read(side, deadline):
        location = Location.parse(side.endpoint.url)
        found = tuple(POD_NAMES[location.host])
        return payload(answers.TABLE, ip=found[0], addresses=found)

    pair = order(
        legacy="http://legacy.example.org:9911/routes",
        shadow=f"http://{shadow}:{shadow_port}{shadow_path}",
    )
    return take_look(pair, memory=Kept(), read=read)


@pytest.mark.parametrize(
    ("name", "shared"), [("alias.example.org", "10.0.0.1"), ("partly.example.org", "10.0.0.2")]
)
def test_two_names_of_one_server_are_one_address_whichever_of_its_pods_answers(name, shared):
    problem = look_by_name(name).problem

    assert problem.outcome is Outcome.SAME_ADDRESS
    assert f"the same server, {shared}," in problem.sentence


def test_names_of_other_servers_ports_and_paths_are_two_addresses():
    assert look_by_name("shadow.example.org").is_equal
    for other in ({"shadow_port": 9990}, {"shadow_path": "/other"}):
        seen = look_by_name("alias.example.org", **other)
        assert (seen.problem, seen.is_equal) == (None, True)


def test_what_a_name_resolves_to_is_told_with_the_answer():
    names = {"pods.example.org": ["127.0.0.3", "127.0.0.1"]}
    policy = replace(AddressPolicy.open(), lookup=lambda host, _: names[host])
    with misbehaving(answers.table(), host=EVERY_LOOPBACK) as server:
        endpoint = Endpoint(server.url_as("pods.example.org"))
        answer = fetch(endpoint, limits=Limits(), policy=policy, credentials=Credentials())

    assert (answer.ip, answer.addresses) == ("127.0.0.3", ("127.0.0.3", "127.0.0.1"))


def test_two_ports_of_one_host_are_two_servers():
    with two_sides() as pair:
        assert look(pair.legacy.url, pair.shadow.url).is_equal


def test_two_paths_of_one_server_are_two_addresses():
    with misbehaving(answers.answer()) as server:
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
