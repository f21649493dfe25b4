"""Where a request may not go: the address that would be reached counts, not its spelling."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from diffs.fetch import AddressPolicy, Endpoint, FetchFailed, Limits, fetch, resolve
from diffs.outcomes import Outcome
from tests.diffs.fetch.asking import LOOPBACK, failure, terms
from tests.servers import EVERY_LOOPBACK, answers, hanging_port, misbehaving, refused_port

ELSEWHERE = AddressPolicy.parse("10.0.0.0/8:1-65535, 0.0.0.0/0:1-65535, [::]/0:1-65535")
SPELLINGS = [
    "127.0.0.1",
    "localhost",
    "0177.1",
    "0x7f.1",
    "127.1",
    "2130706433",
    EVERY_LOOPBACK,
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
]


def names(**addresses):
    """A name service that knows these names only; each list of answers is used up in turn."""

    def look_up(host, port):
        known = addresses[host.partition(".")[0]]
        return known.pop(0) if len(known) > 1 else known[0]

    return look_up


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_refuses_loopback_in_every_spelling_unless_it_is_listed(spelling):
    with misbehaving(answers.table()) as server:
        failed = failure(server.url_as(spelling), policy=ELSEWHERE)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "not an allowed address" in failed.sentence
    assert server.asked == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_reads_loopback_in_every_spelling_where_it_is_listed(spelling):
    with misbehaving(answers.table()) as server:
        payload = fetch(Endpoint(server.url_as(spelling)), **terms())

    assert payload.ip == "127.0.0.1"


def test_refuses_the_metadata_service():
    failed = failure("http://169.254.169.254/latest/meta-data/", policy=ELSEWHERE)

    assert "169.254.169.254 port 80 is not an allowed address" in failed.sentence


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "routes"])
def test_refuses_other_schemes(url):
    failed = failure(url)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "http://" in failed.sentence


def test_connects_to_the_address_that_was_checked_whatever_the_name_says_later():
    rebinding = names(pod=[["127.0.0.1"], ["127.0.0.2"]])
    with misbehaving(answers.table()) as server:
        endpoint = Endpoint(server.url_as("pod.example.org"))
        payload = fetch(endpoint, **terms(policy=replace(LOOPBACK, lookup=rebinding)))

    assert payload.ip == "127.0.0.1"
    assert server.asked[0].headers["host"] == f"pod.example.org:{server.port}"


def test_refuses_a_name_that_has_one_address_which_is_not_allowed():
    mixed = replace(LOOPBACK, lookup=names(pods=[["127.0.0.1", "169.254.169.254"]]))
    with misbehaving(answers.table()) as server:
        failed = failure(server.url_as("pods.example.org"), policy=mixed)

    assert "169.254.169.254" in failed.sentence
    assert server.asked == []


def test_samples_the_pods_behind_a_name_in_turn():
    pods = replace(LOOPBACK, lookup=names(pods=[["127.0.0.3", "127.0.0.1", "127.0.0.3"]]))
    with misbehaving(answers.table(), host=EVERY_LOOPBACK) as server:
        endpoint = Endpoint(server.url_as("pods.example.org"))
        found = resolve(endpoint, policy=pods, limits=Limits())
        read = [fetch(endpoint, **terms(policy=pods, pin=ip)).ip for ip in found]

    assert found == ("127.0.0.1", "127.0.0.3")
    assert read == ["127.0.0.1", "127.0.0.3"]


def test_refuses_a_pin_that_is_not_allowed():
    with misbehaving(answers.table()) as server:
        failed = failure(server.url, pin="169.254.169.254")

    assert "not an allowed address" in failed.sentence
    assert server.asked == []


def test_tries_the_next_address_where_the_first_refuses():
    both = replace(LOOPBACK, lookup=names(both=[["::1", "127.0.0.1"]]))
    with misbehaving(answers.table()) as server:
        payload = fetch(Endpoint(server.url_as("both.example.org")), **terms(policy=both))

    assert payload.ip == "127.0.0.1"


def test_says_that_a_name_has_no_address():
    nobody = replace(LOOPBACK, lookup=names(nobody=[[]]))

    failed = failure("http://nobody.example.org/", policy=nobody)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "No address is known for the name nobody.example.org" in failed.sentence


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_asks_no_name_service_about_a_number(spelling):
    nobody = replace(LOOPBACK, lookup=names(localhost=[["127.0.0.1"]]))
    with misbehaving(answers.table()) as server:
        payload = fetch(Endpoint(server.url_as(spelling)), **terms(policy=nobody))

    assert payload.ip == "127.0.0.1"


def test_waits_for_the_name_service_no_longer_than_for_a_connection():
    asleep = threading.Event()

    def slow(host, port):
        asleep.wait(10)
        return ()

    started_at = time.monotonic()
    failed = failure(
        "http://slow.example.org/", policy=replace(LOOPBACK, lookup=slow), connect_seconds=0.2
    )
    took = time.monotonic() - started_at
    asleep.set()

    assert "PENUMBRA_CONNECT_SECONDS" in failed.sentence
    assert took < 4


def test_says_that_a_port_refuses():
    with refused_port() as port:
        failed = failure(f"http://127.0.0.1:{port}/routes")

    assert failed.outcome is Outcome.UNREACHABLE
    assert "refused the connection" in failed.sentence


def test_waits_no_longer_than_allowed_for_a_port_that_accepts_nobody():
    started_at = time.monotonic()
    with hanging_port() as port:
        failed = failure(f"http://127.0.0.1:{port}/routes", connect_seconds=0.3)
    took = time.monotonic() - started_at

    assert failed.outcome is Outcome.UNREACHABLE
    assert "PENUMBRA_CONNECT_SECONDS" in failed.sentence
    assert took < 4


@pytest.mark.parametrize("to", ["http://{elsewhere}/routes", "/other", "file:///etc/passwd"])
def test_follows_no_redirect(to):
    with misbehaving(answers.table()) as elsewhere:
        target = to.format(elsewhere=f"127.0.0.1:{elsewhere.port}")
        with misbehaving(answers.redirect(target + "?token=rabbit")) as server:
            failed = failure(server.url)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "redirects are not followed" in failed.sentence
    assert "rabbit" not in failed.sentence
    assert elsewhere.asked == []
    assert len(server.asked) == 1


def test_resolve_refuses_like_fetch():
    with pytest.raises(FetchFailed, match="not an allowed address"):
        resolve(Endpoint("http://127.0.0.1:1/"), policy=AddressPolicy(), limits=Limits())
