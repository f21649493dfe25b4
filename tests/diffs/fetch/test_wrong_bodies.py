"""A 200 alone is never believed: each wrong answer has its outcome and says what to do."""

from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest

from diffs.fetch import Endpoint, fetch
from diffs.fetch.decoding import TooLarge, decoded
from diffs.outcomes import Outcome
from tests.diffs.fetch.asking import failure, terms
from tests.servers import answers, misbehaving
from tests.servers.answers import TABLE

MEBIBYTE = 2**20

WRONG = {
    "not loaded": (answers.not_loaded(), Outcome.NOT_READY, "404 with an empty body"),
    "starting": (answers.starting(), Outcome.NOT_READY, "0 routes"),
    "short of its length": (answers.short_of_length(), Outcome.TRUNCATED, "not the whole table"),
    "no last chunk": (answers.without_chunk_end(), Outcome.TRUNCATED, "not the whole table"),
    "inside a chunk": (answers.inside_a_chunk(), Outcome.TRUNCATED, "not the whole table"),
    "reset in the body": (answers.reset_in_the_body(), Outcome.TRUNCATED, "not the whole table"),
    "close-delimited": (answers.close_delimited(), Outcome.TRUNCATED, "Content-Length or chunks"),
    "cut gzip": (answers.gzipped(cut=9), Outcome.TRUNCATED, "ends before its gzip end"),
    "cut gzip checksum": (answers.gzipped(cut=1), Outcome.TRUNCATED, "ends before its gzip end"),
    "garbage after gzip": (answers.gzipped(garbage=b"x"), Outcome.TRUNCATED, "goes on after"),
    "no gzip at all": (
        answers.answer(headers={"Content-Encoding": "gzip"}),
        Outcome.TRUNCATED,
        "not whole gzip",
    ),
    "ETag of another body": (
        answers.answer(headers={"Etag": answers.etag_of(b"other")}),
        Outcome.TRUNCATED,
        "not the one its ETag names",
    ),
    "weak ETag of another body": (
        answers.answer(headers={"Etag": "W/" + answers.etag_of(b"other")}),
        Outcome.TRUNCATED,
        "not the one its ETag names",
    ),
    "gzip ETag of another body": (
        answers.gzipped(etag=answers.etag_of(b"other", "+gzip")),
        Outcome.TRUNCATED,
        "not the one its ETag names",
    ),
    "unknown encoding": (
        answers.answer(headers={"Content-Encoding": "br"}),
        Outcome.NOT_A_TABLE,
        "'br'",
    ),
    "wrong charset": (
        answers.answer(headers={"Content-Type": "text/plain; charset=utf-16"}),
        Outcome.NOT_A_TABLE,
        "'utf-16'",
    ),
    "no number": (
        answers.answer(headers={"X-Count": "many"}),
        Outcome.NOT_A_TABLE,
        "x-count that is not a number",
    ),
    "part of it": (answers.answer(status=206), Outcome.UNREACHABLE, "206"),
    "an error": (answers.answer(b"boom", status=500), Outcome.UNREACHABLE, "500: “boom”"),
    "not found": (answers.html_page(404), Outcome.UNREACHABLE, "Is the path right?"),
    "hang up": (answers.hang_up(), Outcome.UNREACHABLE, "without an HTTP answer"),
    "another protocol": (answers.another_protocol(), Outcome.UNREACHABLE, "Is another service"),
}


@pytest.mark.parametrize("name", WRONG)
def test_names_what_is_wrong_with_an_answer(name):
    behaviour, outcome, words = WRONG[name]
    with misbehaving(behaviour) as server:
        failed = failure(server.url)

    assert failed.outcome is outcome
    assert words in failed.sentence
    assert f"127.0.0.1:{server.port}/routes" in failed.sentence


@pytest.mark.parametrize("behaviour", [answers.html_page(), answers.answer(b"")])
def test_leaves_a_whole_body_of_another_kind_to_the_format(behaviour):
    with misbehaving(behaviour) as server:
        payload = fetch(Endpoint(server.url), **terms())

    assert payload.status == 200
    assert payload.x_count is None


@pytest.mark.parametrize("suffix", ["", "+gzip"])
def test_takes_the_etag_of_the_unpacked_body_in_both_its_forms(suffix):
    with misbehaving(answers.gzipped(etag=answers.etag_of(TABLE, suffix))) as server:
        assert fetch(Endpoint(server.url, gzip=True), **terms()).body == TABLE


DRIPS = {
    "body": answers.drip(),
    "headers": answers.drip_headers(),
    "chunk size": answers.drip_chunk_size(),
    "nothing": answers.silence(),
}


@pytest.mark.parametrize("name", DRIPS)
def test_ends_a_drip_at_the_deadline_of_the_whole(name):
    started_at = time.monotonic()
    with misbehaving(DRIPS[name]) as server:
        failed = failure(server.url, total_seconds=0.5)
        took = time.monotonic() - started_at

    assert failed.outcome is Outcome.UNREACHABLE
    assert "within 0.5 s" in failed.sentence
    assert "PENUMBRA_SIDE_DEADLINE_SECONDS" in failed.sentence
    assert 0.4 < took < 4


def test_names_the_looks_deadline_where_that_ends_first():
    with misbehaving(answers.silence()) as server:
        failed = failure(server.url, deadline=time.monotonic() + 0.3)

    assert "PENUMBRA_LOOK_DEADLINE_SECONDS" in failed.sentence


def test_does_not_begin_after_the_deadline():
    with misbehaving(answers.table()) as server:
        failed = failure(server.url, deadline=time.monotonic() - 1)

    assert failed.outcome is Outcome.UNREACHABLE
    assert server.asked == []


def test_cuts_off_what_never_ends():
    with misbehaving(answers.endless_chunks()) as server:
        failed = failure(server.url, received_bytes=MEBIBYTE)

    assert failed.outcome is Outcome.TRUNCATED
    assert "PENUMBRA_RECEIVED_BYTES" in failed.sentence


def test_cuts_off_a_large_body_before_it_is_received():
    with misbehaving(answers.answer(bytes(8 * MEBIBYTE))) as server:
        failed = failure(server.url, received_bytes=MEBIBYTE)

    assert failed.outcome is Outcome.TRUNCATED


def test_stops_a_bomb_before_it_unfolds():
    with misbehaving(answers.bomb(64 * MEBIBYTE)) as server:
        failed = failure(server.url, decoded_bytes=MEBIBYTE)

    assert failed.outcome is Outcome.TRUNCATED
    assert "PENUMBRA_DECODED_BYTES" in failed.sentence


def test_holds_little_more_than_the_limit_of_a_bomb():
    packed = gzip.compress(bytes(64 * MEBIBYTE))

    tracemalloc.start()
    with pytest.raises(TooLarge):
        decoded([packed], encoding="gzip", limit=MEBIBYTE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2 * MEBIBYTE


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_unpacks_a_body_wherever_it_is_cut_into_chunks(size):
    body = TABLE * 20_000
    packed = gzip.compress(body)

    chunks = [packed[at : at + size] for at in range(0, len(packed), size)]

    assert decoded(chunks, encoding="gzip", limit=len(body)) == body
