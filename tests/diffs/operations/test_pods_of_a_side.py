"""Pods behind one side, by real servers: read in turn, counted, and named where one is stuck."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from diffs import reach
from diffs.fetch import AddressPolicy
from diffs.models import OutcomeSpan, PodSighting, SourceSide
from diffs.operations.prune import prune
from diffs.operations.restart_proof import forget_sides
from diffs.outcomes import Side
from diffs.queries.pods_seen import pods_seen
from diffs.queries.source_sides import source_sides
from tests.diffs.watched import Watched
from tests.servers import EVERY_LOOPBACK, answers, misbehaving
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

PODS = ("127.0.0.11", "127.0.0.12", "127.0.0.13")


def version(number):
    return some_routes(10, r0=f'"http://v{number}"')


class Fleet:
    """Pods of one name, each with a table of its own; the other side is the pair's."""

    def __init__(self, server, side):
        self.server, self.side = server, side
        self.tables = dict.fromkeys(PODS, version(0))
        server.answer_with(self._behave)

    def _behave(self, talk):
        ip = talk.connection.getsockname()[0]
        table = table_of(self.tables[ip])
        if self.side is Side.LEGACY:  # each pod has built its table at a moment of its own
            timestamp = answers.TIMESTAMP + PODS.index(ip)
            answers.table(table, count=10, timestamp=timestamp)(talk)
        else:
            answers.routesrv(table, count=10)(talk)

    def say(self, table, *, but=()):
        self.tables.update({pod: table for pod in PODS if pod not in but})


@contextmanager
def pods_of(pair, side, monkeypatch, *, listed=PODS):
    """Watch a source one side of which is a name with three addresses."""
    with misbehaving(host=EVERY_LOOPBACK) as server:
        fleet = Fleet(server, side)
        policy = AddressPolicy.parse("127.0.0.0/8:1024-65535")

        def lookup(host, _port):
            return list(reversed(listed)) if host == "pods.test" else [host]

        monkeypatch.setattr(reach, "_policy", lambda _text: replace(policy, lookup=lookup))
        watched = Watched.over(pair, **{side.value: server.url_as("pods.test")})
        pair.say(version(0))
        yield watched, fleet


@pytest.fixture(params=list(Side))
def side(request):
    return request.param


@pytest.fixture
def fleet(pair, side, monkeypatch):
    with pods_of(pair, side, monkeypatch) as pods:
        yield pods


def other(side):
    return Side.SHADOW if side is Side.LEGACY else Side.LEGACY


def change(watched, fleet, number, *, but=()):
    """Let the world change: the other side, and all pods but some."""
    getattr(watched.pair, other(fleet.side)).say(version(number))
    fleet.say(version(number), but=but)


def test_pods_of_a_name_are_read_in_turn(fleet, side):
    watched, _ = fleet

    seen = []
    for _ in range(7):
        assert watched.look() == "equal"
        seen.append(watched.side(side).ip)

    assert seen == [*PODS, *PODS, PODS[0]]
    assert watched.side(side).pods == {fleet[1].server.url_as("pods.test"): 3}


def test_a_stuck_pod_is_named_and_does_not_flap(fleet, side):
    watched, pods = fleet
    for _ in range(4):
        watched.look()
    change(watched, pods, 1, but=PODS[2:])

    outcomes = [watched.look() for _ in range(14)]

    assert "stale_source" not in outcomes
    assert outcomes[-8:] == ["different"] * 8
    for _ in PODS:  # whichever of them answers, its difference stands
        state = watched.state
        assert (state.differences, state.total - state.matched) == (1, 1)
        watched.look()
    state = watched.state
    port = pods.server.port
    said = f"Pod {PODS[2]}:{port} of {side} shows an older table than the 2 other pods seen lately."
    assert state.sentence.startswith(said)
    assert (state.side, state.clean_seconds, state.differences) == (side, 0, 1)
    spans = OutcomeSpan.objects.filter(source=watched.source, ended_at=None).get()
    assert spans.outcome == "different"


def test_pods_that_all_stand_still_are_a_stale_source(pair, monkeypatch):
    with pods_of(pair, Side.LEGACY, monkeypatch) as (watched, _):
        for _ in range(4):
            watched.look()
        for number in range(1, 9):  # each of the pods has a timestamp of its own
            pair.shadow.say(version(number))
            outcome = watched.look()

    assert outcome == "stale_source"
    assert watched.state.side == Side.LEGACY


def test_it_is_named_while_the_table_goes_on_to_change(fleet, side):
    watched, pods = fleet
    for number in range(1, 30):
        change(watched, pods, number, but=PODS[2:])
        watched.look()

    assert watched.state.sentence.startswith(f"Pod {PODS[2]}:")
    assert "older table" in watched.state.sentence


def test_a_pod_that_recovers_is_clean_again(fleet):
    watched, pods = fleet
    for _ in range(4):
        watched.look()
    change(watched, pods, 1, but=PODS[2:])
    for _ in range(9):
        watched.look()
    assert watched.state.outcome == "different"

    pods.say(version(1))

    assert [watched.look() for _ in range(6)][-3:] == ["equal"] * 3
    assert watched.state.differences == 0


def test_a_pod_that_is_gone_is_told_no_more(pair, side, monkeypatch):
    listed = list(PODS)
    with pods_of(pair, side, monkeypatch, listed=listed) as (watched, pods):
        for _ in range(4):
            watched.look()
        change(watched, pods, 1, but=PODS[2:])
        for _ in range(9):
            watched.look()
        assert watched.state.outcome == "different"

        listed.remove(PODS[2])

        assert watched.look() == "equal"
        assert PodSighting.objects.count() == 2


def test_pods_that_all_follow_are_no_difference(fleet):
    watched, pods = fleet

    for number in range(1, 12):
        change(watched, pods, number)
        assert watched.look() == "equal"

    assert not PodSighting.objects.filter(is_apart=True).exists()


def test_a_list_of_addresses_names_the_pod_by_its_port(pair, watched):
    tables = [version(0), version(0), version(0)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(misbehaving(answers.table(table_of(one), count=10)))
            for one in tables
        ]
        pair.shadow.say(version(0))
        rows = SourceSide.objects.filter(source=watched.source, side="legacy")
        rows.update(addresses=[server.url for server in servers])
        for _ in range(4):
            watched.look()
        pair.shadow.say(version(1))
        for server in servers[:2]:
            server.answer_with(answers.table(table_of(version(1)), count=10))

        for _ in range(12):
            watched.look()

        assert watched.state.sentence.startswith(f"Pod 127.0.0.1:{servers[2].port} of legacy shows")
        (legacy, shadow) = source_sides(watched.source.pk, now=watched.now)
    assert (legacy.pods.known, legacy.pods.lately, shadow.pods) == (3, 3, None)
    first = legacy.pods.rows[0]
    assert (first.name, first.is_apart) == (f"127.0.0.1:{servers[2].port}", True)


def test_pods_not_seen_for_ten_minutes_are_not_seen_lately(fleet, side):
    watched, _ = fleet
    for _ in range(3):
        watched.look()

    now = watched.now + timedelta(minutes=8, seconds=30)

    assert pods_seen(watched.source.pk, side, known=3, now=now).lately == 2
    assert pods_seen(watched.source.pk, side, known=1, now=now) is None


def test_one_pod_behind_one_address_leaves_no_row(watched):
    watched.look()

    assert not PodSighting.objects.exists()


def test_another_address_forgets_the_pods_and_a_day_does(fleet, side):
    watched, _ = fleet
    watched.look()
    assert PodSighting.objects.count() == 1
    prune(now=watched.now + timedelta(hours=25))
    assert not PodSighting.objects.exists()

    watched.look()
    forget_sides(watched.source.pk, [side])

    assert not PodSighting.objects.exists()
    assert watched.side(side).pods == {}
