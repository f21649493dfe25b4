"""Reading one address: what a good answer gives, and what goes along with the request."""

from __future__ import annotations

import hashlib

import pytest

from diffs.fetch import Endpoint, Validators, fetch
from diffs.outcomes import Outcome
from tests.diffs.fetch.asking import failure, terms
from tests.servers import answers, misbehaving
from tests.servers.answers import COUNT, TABLE, TIMESTAMP


def test_gives_the_whole_body_with_what_the_server_counts():
    with misbehaving(answers.table()) as server:
        payload = fetch(Endpoint(server.url), **terms())

    assert payload.body == TABLE
    assert payload.sha256 == hashlib.sha256(TABLE).hexdigest()
    assert (payload.x_count, payload.x_timestamp) == (COUNT, TIMESTAMP)
    assert payload.ip == "127.0.0.1"
    assert payload.received_bytes > len(TABLE)
    assert 0 < payload.latency_seconds < 20


def test_sets_its_parameters_beside_those_a_person_gave():
    with misbehaving(answers.table()) as server:
        url = server.url + "?zone=a%2Fb&limit=7"
        fetch(Endpoint(url), query={"limit": "99", "nopretty": ""}, **terms())

    assert server.asked[0].target == "/routes?zone=a%2Fb&limit=99&nopretty"


@pytest.mark.parametrize(("gzip", "encoding"), [(False, "identity"), (True, "gzip")])
def test_asks_for_one_encoding_that_never_changes(gzip, encoding):
    with misbehaving(answers.routesrv()) as server:
        endpoint = Endpoint(server.url, gzip=gzip)
        first = fetch(endpoint, accept="text/plain", **terms())
        fetch(endpoint, conditional=first.validators, **terms())

    assert [asked.headers["accept-encoding"] for asked in server.asked] == [encoding] * 2
    assert server.asked[0].headers["accept"] == "text/plain"


@pytest.mark.parametrize("gzip", [False, True])
def test_takes_not_modified_for_an_answer(gzip):
    with misbehaving(answers.routesrv()) as server:
        endpoint = Endpoint(server.url, gzip=gzip)
        first = fetch(endpoint, **terms())
        second = fetch(endpoint, conditional=first.validators, **terms())

    assert first.body == TABLE
    assert not first.not_modified
    assert second.not_modified
    assert (second.body, second.sha256, second.x_count) == (b"", first.sha256, COUNT)


def test_trusts_the_clock_of_if_modified_since_only_where_there_is_no_etag():
    with misbehaving(answers.table()) as server:
        both = Validators(etag='"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
        fetch(Endpoint(server.url), conditional=both, **terms())
        time_only = Validators(last_modified=both.last_modified)
        fetch(Endpoint(server.url), conditional=time_only, **terms())

    assert server.asked[0].headers["if-none-match"] == '"1"'
    assert "if-modified-since" not in server.asked[0].headers
    assert server.asked[1].headers["if-modified-since"] == both.last_modified


def test_refuses_a_not_modified_that_nobody_asked_for():
    with misbehaving(answers.answer(b"", status=304)) as server:
        failed = failure(server.url)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "304" in failed.sentence


def test_refuses_a_not_modified_for_another_etag():
    with misbehaving(answers.answer(b"", status=304, headers={"Etag": '"other"'})) as server:
        failed = failure(server.url, conditional=Validators(etag='"mine"'))

    assert failed.outcome is Outcome.UNREACHABLE
    assert "another ETag" in failed.sentence


@pytest.mark.parametrize("etag", ['"\xe9"', '"' + "x" * 2000 + '"'])
def test_keeps_no_validator_that_it_could_not_send_back(etag):
    with misbehaving(answers.answer(headers={"Etag": etag})) as server:
        payload = fetch(Endpoint(server.url), **terms())

    assert payload.etag is None


def test_reads_ipv6():
    with misbehaving(answers.table(), host="::1") as server:
        payload = fetch(Endpoint(server.url), **terms())

    assert payload.ip == "::1"
    assert server.asked[0].headers["host"] == f"[::1]:{server.port}"


def test_ignores_proxies_of_the_environment(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with misbehaving(answers.table()) as server:
        assert fetch(Endpoint(server.url), **terms()).body == TABLE


def test_ignores_passwords_of_a_netrc_file(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login alice password wonderland\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with misbehaving(answers.table()) as server:
        fetch(Endpoint(server.url), **terms())

    assert "authorization" not in server.asked[0].headers


def test_lets_a_list_be_empty_where_that_is_an_answer():
    with misbehaving(answers.starting()) as server:
        payload = fetch(Endpoint(server.url), may_be_empty=True, **terms())

    assert (payload.x_count, payload.body) == (0, b"")
