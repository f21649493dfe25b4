"""A side's metrics are asked for as its table is: credential, CA bundle, proxy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.fetch import AddressPolicy, Credentials, Endpoint
from diffs.looking.order import SideOrder
from diffs.looking.side import look_at_side
from diffs.outcomes import Side
from tests.diffs.looking.memory import REACH, Kept, order, payload
from tests.servers import answers, certificate_for, misbehaving
from tests.servers.pair import some_routes, table_of

PAGE = b'routesrv_custom_total{key="routes.fetch_errors"} 7\n'
TOKEN = "canary-metrics-3c1f"
BOUND = {
    "PENUMBRA_CREDENTIAL_ROUTES_READER": f"bearer {TOKEN}",
    "PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS": "127.0.0.1,pod.example.org",
}


def for_the_reader(talk):
    """Answer who brings the token, and nobody else."""
    is_known = talk.asked.headers.get("authorization") == f"Bearer {TOKEN}"
    answers.answer(PAGE if is_known else b"", status=200 if is_known else 401)(talk)


def errors(metrics, environment=BOUND, **endpoint):
    """Look at a side whose metrics are somewhere; return the fetch errors that they count."""
    policy = replace(AddressPolicy.open(), lookup=lambda *_: ["127.0.0.1"])
    reach = replace(REACH, policy=policy, credentials=Credentials.from_environment(environment))
    table = Endpoint("http://shadow.example.org/routes", **endpoint)
    seen = look_at_side(
        replace(order(), reach=reach),
        SideOrder(Side.SHADOW, table, metrics),
        memory=Kept(),
        read=lambda *_: payload(table_of(some_routes(10))),
        deadline=float("inf"),
    )
    assert seen.facts is not None
    return seen.fetch_errors


def test_metrics_are_asked_with_the_credential_of_their_side():
    with misbehaving(for_the_reader) as server:
        url = server.url_as("127.0.0.1", "/metrics")

        assert errors(url, credential="routes-reader") == 7
        assert errors(url) is None


@pytest.mark.parametrize("hosts", ["other.example.org", ""])
def test_a_host_that_the_credential_is_not_meant_for_is_asked_without_it(hosts):
    environment = BOUND | {"PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS": hosts}
    with misbehaving(answers.answer(PAGE)) as server:
        url = server.url_as("127.0.0.1", "/metrics")

        assert errors(url, environment, credential="routes-reader") == 7

    assert "authorization" not in server.asked[0].headers


def test_metrics_are_believed_by_the_bundle_of_their_side(tmp_path):
    certificate = certificate_for("pod.example.org", tmp_path)
    with misbehaving(answers.answer(PAGE), tls=certificate.server) as server:
        url = server.url_as("pod.example.org", "/metrics")

        assert errors(url, ca_bundle=certificate.path) == 7
        assert errors(url) is None


def test_metrics_are_read_through_the_proxy_of_their_side():
    with (
        misbehaving(answers.answer(PAGE)) as server,
        misbehaving(answers.answer(PAGE)) as proxy,
    ):
        url = server.url_as("pod.example.org", "/metrics")

        assert errors(url, proxy=proxy.url_as("127.0.0.1", "")) == 7

    assert server.asked == []
    assert proxy.asked[0].target.endswith("/metrics")
