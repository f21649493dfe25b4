"""The legacy address answers as Skipper's support listener does (facts: its ServeHTTP)."""

from __future__ import annotations

import http.client
import json

import pytest

from tests.demo.fleet.served import WHOLE

PLAY, POISON, LARGE, PODS = "kube-play-1", "kube-prod-2", "kube-prod-1", "kube-test-2"


def test_shows_1024_routes_unless_asked_for_more(served):
    page = served.ask(LARGE, "legacy", "?nopretty")
    whole = served.ask(LARGE, "legacy", WHOLE)

    assert len(page.lines) == 1024
    assert page.headers["x-count"] == "1500"
    assert len(whole.lines) == 1500
    assert whole.lines[:1024] == page.lines


def test_pages_join_to_the_whole_table(served):
    whole = served.ask(LARGE, "legacy", WHOLE)
    pages = [
        served.ask(LARGE, "legacy", f"?nopretty&limit=400&offset={offset}")
        for offset in (0, 400, 800, 1200)
    ]
    beyond = served.ask(LARGE, "legacy", "?nopretty&offset=5000")

    assert b"\n".join(page.body for page in pages) == whole.body
    assert (beyond.status, beyond.body, beyond.headers["x-count"]) == (200, b"", "1500")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?limit=many", b"invalid limit\n"),
        ("?limit=-1", b"invalid limit\n"),
        ("?limit=9223372036854775808", b"invalid limit\n"),
        ("?offset=1.5", b"invalid offset\n"),
        ("?offset=-3&limit=x", b"invalid offset\n"),
    ],
)
def test_refuses_a_page_that_is_no_whole_number(served, query, sentence):
    reply = served.ask(PLAY, "legacy", query)

    assert (reply.status, reply.body) == (400, sentence)


def test_drops_the_connection_where_limit_and_offset_overflow(served):
    largest = "?nopretty&limit=9223372036854775807"

    assert len(served.ask(PLAY, "legacy", largest).lines) == 200
    with pytest.raises(http.client.RemoteDisconnected):
        served.ask(PLAY, "legacy", f"{largest}&offset=1")


@pytest.mark.parametrize("query", ["", "?nopretty=0", "?nopretty=false"])
def test_prints_for_people_unless_told_otherwise(served, query):
    pretty = served.ask(PLAY, "legacy", query)
    plain = served.ask(PLAY, "legacy", "?nopretty=1")

    routes = pretty.body.split(b"\n\n")
    assert len(routes) == len(plain.lines) == 200
    assert routes[0].replace(b"\n  ->", b" ->") == plain.lines[0]
    assert b"\n  -> " in routes[0]


def test_keeps_pages_of_one_table_together_by_its_timestamp(served):
    stamp = served.ask(PLAY, "legacy").headers["x-timestamp"]

    same = served.ask(PLAY, "legacy", f"?timestamp={stamp}")
    other = served.ask(PLAY, "legacy", f"?timestamp={int(stamp) - 1}")

    assert same.status == 200
    assert (other.status, other.body) == (400, b"invalid timestamp\n")


def test_tells_the_second_at_which_the_table_was_built(served):
    before = int(served.ask(PLAY, "legacy").headers["x-timestamp"])

    served.now += 60
    after = int(served.ask(PLAY, "legacy").headers["x-timestamp"])

    assert before == served.now - 60 - 600
    assert served.now - 16 <= after <= served.now


def test_answers_head_with_the_count_and_no_body(served):
    reply = served.ask(LARGE, "legacy", method="HEAD")

    assert (reply.status, reply.body, reply.headers["x-count"]) == (200, b"", "1500")
    assert reply.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_allows_no_other_method(served, method):
    reply = served.ask(PLAY, "legacy", method=method)

    assert (reply.status, reply.body) == (405, b"")


def test_answers_alike_below_routes_and_nowhere_else(served):
    below = served.ask(PLAY, "legacy", WHOLE, path="/routes/any/thing")

    assert below.body == served.ask(PLAY, "legacy", WHOLE).body
    assert served.ask(PLAY, "legacy", path="/routesandmore").status == 404


def test_sends_large_tables_in_chunks_and_marks_nothing_for_caches(served):
    reply = served.ask(LARGE, "legacy", WHOLE, Accept_Encoding="gzip")

    assert reply.headers["transfer-encoding"] == "chunked"
    assert reply.body.endswith(b";")
    assert not {"content-length", "etag", "last-modified", "content-encoding"} & {*reply.headers}


def test_lists_what_skipper_left_out_as_text(served):
    reply = served.ask(POISON, "legacy", "?invalid=true&nopretty")

    assert reply.headers["x-count"] == "1"
    assert b'corsOrigins("https://www.example.org")' in reply.body
    assert len(reply.lines) == 1


def test_lists_what_skipper_left_out_with_the_reason_as_json(served):
    reply = served.ask(POISON, "legacy", "?invalid=true", Accept="application/json")
    valid = served.ask(POISON, "legacy", "?limit=2", Accept="application/json")

    (left_out,) = json.loads(reply.body)
    assert left_out["error"] == 'unknown_filter: filter "corsOrigins" not found'
    assert left_out["id"].startswith("kube_rg__")
    assert {"name": "flowId", "args": ["reuse"]} in left_out["filters"]
    assert reply.headers["content-type"] == "application/json"
    assert ["error" in entry for entry in json.loads(valid.body)] == [False, False]


def test_lists_nothing_where_every_route_is_good(served):
    text = served.ask(PLAY, "legacy", "?invalid=true")
    listed = served.ask(PLAY, "legacy", "?invalid=true", Accept="application/json")

    assert (text.headers["x-count"], text.body) == ("0", b"")
    assert listed.body == b"[]\n"


def test_a_starting_pod_answers_200_with_no_route(served):
    served.ask(PLAY, "mode", method="DELETE", path=f"/{PLAY}/pods")

    starting = served.ask(PLAY, "legacy")
    served.now += 3
    started = served.ask(PLAY, "legacy")

    assert (starting.status, starting.headers["x-count"], starting.body) == (200, "0", b"")
    assert started.headers["x-count"] == "200"


def test_three_pods_answer_in_turn_each_with_its_own_timestamp(served):
    served.now += 100

    replies = [served.ask(PODS, "legacy", WHOLE) for _ in range(6)]

    stamps = [reply.headers["x-timestamp"] for reply in replies]
    assert len({*stamps[:3]}) == 3
    assert stamps[:3] == stamps[3:]
    refused = served.ask(PODS, "legacy", f"?timestamp={stamps[2]}")
    assert (refused.status, refused.body) == (400, b"invalid timestamp\n")


def test_pods_behind_one_address_are_at_odds_for_a_moment_only(served):
    moments = []
    for _ in range(1200):
        served.now += 0.1
        bodies = {served.fleet.clusters[PODS].pods[n].whole_body() for n in range(3)}
        served.ask(PODS, "legacy", "?limit=0")
        moments.append(len(bodies) > 1)

    longest = max(len(run) for run in "".join("x" if odd else " " for odd in moments).split(" "))
    assert 1 <= longest <= 6
