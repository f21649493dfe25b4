"""Reading a whole table: in one request, or in pages that fit together."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from diffs.fetch import Endpoint, FetchFailed, read_table
from diffs.outcomes import Outcome, Side
from tests.diffs.fetch.asking import LOOPBACK, terms
from tests.servers import EVERY_LOOPBACK, answers, misbehaving
from tests.servers.answers import TABLE, TIMESTAMP

ROUTES = [f'r{number:03}: Path("/{number}") -> "http://a.test";'.encode() for number in range(25)]


def skipper(*, timestamps=(TIMESTAMP,), counts=(25,), strict=True):
    """Answers pages of ROUTES; the nth request finds the nth timestamp and count."""
    asked = []

    def behave(talk):
        asked.append(talk)
        built_at = timestamps[min(len(asked), len(timestamps)) - 1]
        count = counts[min(len(asked), len(counts)) - 1]
        query = parse_qs(urlsplit(talk.asked.target).query, keep_blank_values=True)
        if strict and query.get("timestamp", [str(built_at)]) != [str(built_at)]:
            answers.answer(b"invalid timestamp\n", status=400)(talk)
            return
        offset, limit = int(query.get("offset", ["0"])[0]), int(query["limit"][0])
        page = b"\n".join(ROUTES[offset : offset + limit])
        answers.table(page, count=count, timestamp=built_at)(talk)

    return behave


def refused(*behaviours, paging=10, **changes):
    with misbehaving(*behaviours) as server:
        with pytest.raises(FetchFailed) as failed:
            read_table(Side.LEGACY, Endpoint(server.url, paging=paging), **terms(**changes))
        return failed.value


def test_asks_the_legacy_side_for_everything_at_once():
    with misbehaving(skipper()) as server:
        payload = read_table(Side.LEGACY, Endpoint(server.url + "?zone=a"), **terms())

    assert payload.body == b"\n".join(ROUTES)
    assert [asked.target for asked in server.asked] == [
        "/routes?zone=a&limit=10000000000000&nopretty"
    ]


def test_asks_the_shadow_side_only_for_what_changed():
    with misbehaving(answers.routesrv()) as server:
        endpoint = Endpoint(server.url)
        first = read_table(Side.SHADOW, endpoint, **terms())
        second = read_table(Side.SHADOW, endpoint, conditional=first.validators, **terms())

    assert (first.body, first.not_modified) == (TABLE, False)
    assert second.not_modified
    assert [asked.target for asked in server.asked] == ["/routes", "/routes"]


def test_joins_pages_of_one_table():
    with misbehaving(skipper()) as server:
        payload = read_table(Side.LEGACY, Endpoint(server.url, paging=10), **terms())

    assert payload.body == b"\n".join(ROUTES)
    assert payload.sha256 == hashlib.sha256(payload.body).hexdigest()
    assert (payload.x_count, payload.x_timestamp) == (25, TIMESTAMP)
    assert [asked.target for asked in server.asked] == [
        "/routes?limit=10&nopretty&offset=0",
        f"/routes?limit=10&nopretty&offset=10&timestamp={TIMESTAMP}",
        f"/routes?limit=10&nopretty&offset=20&timestamp={TIMESTAMP}",
    ]


def test_reads_no_page_beyond_the_last():
    with misbehaving(skipper(counts=(25,))) as server:
        read_table(Side.LEGACY, Endpoint(server.url, paging=25), **terms())

    assert len(server.asked) == 1


def test_says_moved_when_skipper_refuses_the_timestamp():
    assert refused(skipper(timestamps=(TIMESTAMP, TIMESTAMP + 3))).outcome is Outcome.MOVED


def test_says_moved_when_the_timestamp_of_a_page_differs():
    behaviour = skipper(timestamps=(TIMESTAMP, TIMESTAMP + 3), strict=False)

    assert refused(behaviour).outcome is Outcome.MOVED


def test_says_moved_when_the_count_of_a_page_differs():
    assert refused(skipper(counts=(25, 24))).outcome is Outcome.MOVED


def test_refuses_a_page_that_is_empty_though_more_was_counted():
    assert refused(skipper(counts=(40,))).outcome is Outcome.TRUNCATED


def test_refuses_to_page_where_nothing_is_counted():
    failed = refused(answers.answer())

    assert failed.outcome is Outcome.TRUNCATED
    assert "Read it without paging" in failed.sentence


def test_keeps_another_400_for_what_it_is():
    invalid = answers.answer(b"invalid limit", status=400)

    failed = refused(skipper(), invalid)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "invalid limit" in failed.sentence


@pytest.mark.parametrize("limit", ["received_bytes", "decoded_bytes"])
def test_counts_all_pages_against_one_limit(limit):
    failed = refused(skipper(), **{limit: 600})

    assert failed.outcome is Outcome.TRUNCATED
    assert f"PENUMBRA_{limit.upper()}" in failed.sentence


def test_bounds_all_pages_by_one_deadline():
    def slow(talk):
        talk.pause(0.2)
        skipper()(talk)

    failed = refused(slow, paging=1, total_seconds=0.5)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "PENUMBRA_SIDE_DEADLINE_SECONDS" in failed.sentence


def test_stays_with_the_pod_that_answered_first():
    pods, asked = iter(["127.0.0.9", "127.0.0.8", "127.0.0.7"]), []

    def another_each_time(host, port):
        return [next(pods)]

    def behave(talk):
        asked.append(talk.connection.getsockname()[0])
        skipper()(talk)

    with misbehaving(behave, host=EVERY_LOOPBACK) as server:
        endpoint = Endpoint(server.url_as("pods.example.org"), paging=10)
        policy = replace(LOOPBACK, lookup=another_each_time)
        payload = read_table(Side.LEGACY, endpoint, **terms(policy=policy))

    assert payload.ip == "127.0.0.9"
    assert asked == ["127.0.0.9"] * 3


def test_joins_pages_that_end_with_a_newline_without_an_empty_line():
    page = answers.table(ROUTES[0] + b"\n", count=2)
    with misbehaving(page) as server:
        payload = read_table(Side.LEGACY, Endpoint(server.url, paging=1), **terms())

    assert payload.body == ROUTES[0] + b"\n" + ROUTES[0]


def test_refuses_pages_of_no_size():
    with pytest.raises(ValueError, match="paging"):
        Endpoint("http://a.test/", paging=0)
