"""The allow-list: what it reads, what it opens, and what it never opens by accident."""

from __future__ import annotations

import pytest

from diffs.fetch import AddressPolicy, AddressRefused, BadAllowList, allow_item
from tests.servers import EVERY_LOOPBACK

LIST = "127.0.0.0/8:1024-65535, 10.0.0.0/8:9911, [::1]/128:80, 192.168.7.7:443, [fd00::/8]:9000"


def allows(policy, ip, port):
    try:
        policy.check(ip, port)
    except AddressRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("ip", "port", "allowed"),
    [
        ("127.0.0.1", 1024, True),
        ("127.255.0.1", 65535, True),
        ("127.0.0.1", 1023, False),
        ("10.2.3.4", 9911, True),
        ("10.2.3.4", 9912, False),
        ("11.0.0.1", 9911, False),
        ("::1", 80, True),
        ("::1", 81, False),
        ("192.168.7.7", 443, True),
        ("192.168.7.8", 443, False),
        ("fd12::1", 9000, True),
        ("::ffff:10.2.3.4", 9911, True),
        ("::ffff:11.0.0.1", 9911, False),
        (EVERY_LOOPBACK, 1024, True),
        ("::", 80, True),
        ("::", 1024, False),
    ],
)
def test_opens_what_is_listed_and_nothing_else(ip, port, allowed):
    assert allows(AddressPolicy.parse(LIST), ip, port) is allowed


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        EVERY_LOOPBACK,
        "::",
        "0.1.2.3",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_opens_no_guarded_address_by_a_rule_for_everything(ip):
    everything = AddressPolicy.parse("0.0.0.0/0:1-65535, [::]/0:1-65535")

    assert allows(everything, "198.51.100.7", 80)
    assert allows(everything, "2001:db8::7", 80)
    assert not allows(everything, ip, 80)


@pytest.mark.parametrize("item", ["169.254.169.254:80", "169.254.0.0/16:80"])
def test_opens_a_guarded_address_that_is_listed_itself(item):
    assert allows(AddressPolicy.parse(item), "169.254.169.254", 80)


def test_allows_nothing_while_nothing_is_listed():
    assert not allows(AddressPolicy.parse("  "), "10.0.0.1", 80)


def test_allows_everything_a_person_types():
    assert allows(AddressPolicy.open(), "169.254.169.254", 80)


@pytest.mark.parametrize(
    ("text", "item", "why"),
    [
        ("10.0.0.0/8:9911, 10.0.0.0/8", "10.0.0.0/8", "NETWORK:PORT"),
        ("10.0.0.1/8:80", "10.0.0.1/8:80", "host bits"),
        ("example.org:80", "example.org:80", "IPv4 or IPv6"),
        ("0177.0.0.1/32:80", "0177.0.0.1/32:80", "IPv4 or IPv6"),
        ("::1/128:80", "::1/128:80", "NETWORK:PORT"),
        ("10.0.0.0/8:0", "10.0.0.0/8:0", "1 to 65535"),
        ("10.0.0.0/8:9-8", "10.0.0.0/8:9-8", "smaller one first"),
        ("10.0.0.0/8:65536", "10.0.0.0/8:65536", "1 to 65535"),
        ("10.0.0.0/8:*", "10.0.0.0/8:*", "NETWORK:PORT"),
        ("[::ffff:10.0.0.0]/104:80", "[::ffff:10.0.0.0]/104:80", "IPv4 network itself"),
    ],
)
def test_names_the_item_it_cannot_read(text, item, why):
    with pytest.raises(BadAllowList, match="PENUMBRA_ALLOWED_ADDRESSES") as refused:
        AddressPolicy.parse(text)

    assert repr(item) in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize("ip", ["10.9.8.7", "fd00::1", "127.0.0.1", "::ffff:10.9.8.7"])
def test_prints_the_item_that_opens_what_it_refused(ip):
    item = allow_item(ip, 9911)

    with pytest.raises(AddressRefused, match="PENUMBRA_ALLOWED_ADDRESSES") as refused:
        AddressPolicy().check(ip, 9911)

    assert item in str(refused.value)
    assert allows(AddressPolicy.parse(item), ip, 9911)
    assert not allows(AddressPolicy.parse(item), ip, 9912)
