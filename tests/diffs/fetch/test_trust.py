"""TLS and proxies: the name stays the name's though the address is pinned."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace

import pytest

from diffs.fetch import AddressPolicy, Endpoint, fetch
from diffs.fetch.trust import tls_context
from diffs.outcomes import Outcome
from tests.diffs.fetch.asking import LOOPBACK, failure, terms
from tests.servers import answers, certificate_for, misbehaving, refused_port, tunnel_to
from tests.servers.answers import TABLE


def here(host, port):
    return ["127.0.0.1"]


NAMED = replace(LOOPBACK, lookup=here)


@pytest.fixture
def certificate(tmp_path):
    return certificate_for("pod.example.org", tmp_path)


def test_believes_the_bundle_of_the_source(certificate):
    with misbehaving(answers.table(), tls=certificate.server) as server:
        endpoint = Endpoint(server.url_as("pod.example.org"), ca_bundle=certificate.path)
        payload = fetch(endpoint, **terms(policy=NAMED))

    assert payload.body == TABLE


def test_believes_no_stranger(certificate):
    with misbehaving(answers.table(), tls=certificate.server) as server:
        failed = failure(server.url_as("pod.example.org"), policy=NAMED)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "Name the CA bundle" in failed.sentence


def test_believes_no_certificate_of_another_name(certificate):
    with misbehaving(answers.table(), tls=certificate.server) as server:
        endpoint = Endpoint(server.url_as("other.example.org"), ca_bundle=certificate.path)
        failed = failure(endpoint, policy=NAMED)

    assert failed.outcome is Outcome.UNREACHABLE
    assert "other.example.org" in failed.sentence


def test_says_that_the_other_end_speaks_no_tls():
    with misbehaving(answers.table()) as server:
        failed = failure(server.url.replace("http://", "https://"))

    assert failed.outcome is Outcome.UNREACHABLE
    assert "does not speak TLS" in failed.sentence


def test_waits_for_the_tls_greeting_no_longer_than_for_a_connection():
    started_at = time.monotonic()
    with misbehaving(answers.silence()) as server:
        failed = failure(server.url.replace("http://", "https://"), connect_seconds=0.3)
        took = time.monotonic() - started_at

    assert failed.outcome is Outcome.UNREACHABLE
    assert "PENUMBRA_CONNECT_SECONDS" in failed.sentence
    assert took < 4


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_names_a_bundle_that_cannot_be_read(tmp_path, content):
    bundle = tmp_path / "bundle.pem"
    if content:
        bundle.write_text(content)

    failed = failure(Endpoint("https://127.0.0.1:1025/", ca_bundle=str(bundle)))

    assert failed.outcome is Outcome.UNREACHABLE
    assert str(bundle) in failed.sentence


def test_builds_a_context_once_and_again_when_the_bundle_changes(certificate, tmp_path):
    first = tls_context(certificate.path)
    again = tls_context(certificate.path)
    renewed = certificate_for("renewed.example.org", tmp_path)
    shutil.copyfile(renewed.path, certificate.path)

    assert first is again
    assert tls_context(certificate.path) is not first


def test_asks_the_proxy_of_the_source_for_the_whole_address():
    with misbehaving(answers.table()) as proxy:
        endpoint = Endpoint("http://inside.test:9911/routes", proxy=proxy.url_as("127.0.0.1", ""))
        payload = fetch(endpoint, **terms())

    assert payload.ip == "127.0.0.1"
    assert proxy.asked[0].target == "http://inside.test:9911/routes"
    assert proxy.asked[0].headers["host"] == "inside.test:9911"


def test_speaks_tls_through_the_proxy(certificate):
    with (
        misbehaving(answers.table(), tls=certificate.server) as server,
        misbehaving(tunnel_to(server.port)) as proxy,
    ):
        endpoint = Endpoint(
            server.url_as("pod.example.org"),
            ca_bundle=certificate.path,
            proxy=proxy.url_as("127.0.0.1", ""),
        )
        payload = fetch(endpoint, **terms())

    assert payload.body == TABLE
    assert proxy.asked[0].method == "CONNECT"
    assert proxy.asked[0].target == f"pod.example.org:{server.port}"


def test_says_that_the_proxy_refused():
    with misbehaving(answers.answer(b"no", status=403)) as proxy:
        endpoint = Endpoint("https://inside.test/", proxy=proxy.url_as("127.0.0.1", ""))
        failed = failure(endpoint)

    assert "its proxy answered 403" in failed.sentence


def test_says_that_it_is_the_proxy_which_does_not_answer():
    with refused_port() as port:
        failed = failure(Endpoint("http://inside.test/", proxy=f"http://127.0.0.1:{port}"))

    assert f"through the proxy 127.0.0.1:{port} refused the connection" in failed.sentence


def test_checks_the_proxys_address():
    with misbehaving(answers.table()) as proxy:
        endpoint = Endpoint("http://10.0.0.7:9911/", proxy=proxy.url_as("127.0.0.1", ""))
        failed = failure(endpoint, policy=AddressPolicy.parse("10.0.0.0/8:1-65535"))

    assert "127.0.0.1" in failed.sentence
    assert proxy.asked == []


@pytest.mark.parametrize("proxy", ["https://127.0.0.1:1025", "socks5://127.0.0.1:1025"])
def test_refuses_proxies_of_another_kind(proxy):
    failed = failure(Endpoint("http://127.0.0.1:1025/", proxy=proxy))

    assert failed.outcome is Outcome.UNREACHABLE
    assert "The proxy" in failed.sentence
    assert "http://" in failed.sentence


def test_refuses_a_password_in_a_proxys_address():
    failed = failure(
        Endpoint("http://127.0.0.1:1025/", proxy="http://alice:wonderland@127.0.0.1:1025")
    )

    assert "wonderland" not in failed.sentence
