"""Which address a request comes from: the one before the proxies of ours, whatever it claims."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
import structlog
from django.test import RequestFactory
from structlog.testing import capture_logs

from rollouts.views import client_address as module
from rollouts.views.client_address import client_address

PROXIES = ("10.0.0.0/8", "fd00::/8", "127.0.0.1/32")


@pytest.fixture(autouse=True)
def proxies(settings, monkeypatch):
    # A logger keeps how logs were set up when it was first used, perhaps by a test before.
    monkeypatch.setattr(module, "log", structlog.get_logger())
    settings.TRUSTED_PROXIES = tuple(ip_network(text) for text in PROXIES)
    module._warn_once.cache_clear()


def found(peer: str, forwarded: str | None = None) -> str:
    """Return the client of a request from a peer."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),  # no proxy of ours: its word counts nothing
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.9", "198.51.100.9"),  # the client wrote the first
        ("10.0.0.1", "1.1.1.1, 198.51.100.9, 10.2.2.2, 10.3.3.3", "198.51.100.9"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),  # a client inside
        ("10.0.0.1", "198.51.100.9:50123", "198.51.100.9"),
        ("10.0.0.1", "[2001:db8:1:2:3::4]:50123", "2001:db8:1:2::/64"),
        ("10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9"),
        ("::ffff:10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("fd00::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "unknown, 198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ",,,", "10.0.0.1"),
        ("", "198.51.100.9", "unknown"),
        ("nonsense", None, "unknown"),
    ],
)
def test_the_client_is_the_first_from_the_end_that_is_no_proxy_of_ours(peer, forwarded, client):
    assert found(peer, forwarded) == client


def test_without_proxies_named_nobodys_word_counts(settings):
    settings.TRUSTED_PROXIES = ()

    assert found("10.0.0.1", "198.51.100.9") == "10.0.0.1"


def test_a_proxy_that_nobody_named_is_told_to_the_log_once():
    with capture_logs() as logs:
        found("10.0.0.1", "198.51.100.9")
        found("192.0.2.1")
        assert logs == []

        for _ in range(3):
            found("192.0.2.1", "198.51.100.9")

    assert logs == [
        {"event": "proxy_not_trusted", "log_level": "warning", "set": "PENUMBRA_TRUSTED_PROXIES"}
    ]
