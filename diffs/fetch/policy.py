"""Which addresses workers may connect to: an allow-list of networks and ports.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. What counts is the address that a socket would really reach, not how it is spelled: so
`::ffff:127.0.0.1`, `0.0.0.0` and `::` are first turned into what they reach. A wide rule such
as `0.0.0.0/0:443` must not open the machine itself or a cloud's metadata service by accident:
addresses inside the networks of GUARDED need a rule that lies inside that network, too.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from diffs.fetch.lookup import Lookup, system_lookup

ALLOW_LIST_SETTING = "PENUMBRA_ALLOWED_ADDRESSES"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

GUARDED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        *("127.0.0.0/8", "::1/128", "0.0.0.0/8", "::/128"),  # this machine
        *("169.254.0.0/16", "fe80::/10"),  # link-local, with the metadata service of most clouds
        *("fd00:ec2::/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"),  # of others
        *("224.0.0.0/4", "255.255.255.255/32", "ff00::/8"),  # many at once
        *("64:ff9b::/96", "2002::/16"),  # IPv6 that a gateway turns into any IPv4
    )
)
_ITEM = re.compile(
    r"(?:\[(?P<six>[^\[\]]+)\](?P<length>/[0-9]+)?|(?P<four>[^:\[\]]+)):(?P<ports>.+)"
)
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_LARGEST_PORT = 65535


class BadAllowList(ValueError):
    """An item of the allow-list cannot be read; the text names it and shows the right form."""


class AddressRefused(ValueError):
    """The allow-list does not cover this address and port; the text is the mend."""


@dataclass(frozen=True, slots=True)
class AddressRule:
    """One network and one range of ports, both ends included."""

    network: Network
    _: KW_ONLY
    first_port: int
    last_port: int

    def covers(self, address: Address, port: int) -> bool:
        """Say whether the rule opens this address and port; guarded ones only when meant."""
        if address not in self.network or not self.first_port <= port <= self.last_port:
            return False
        return all(_inside(self.network, guard) for guard in GUARDED if address in guard)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The allow-list, and the name service through which names are judged.

    `lookup` is replaced in tests only.
    """

    rules: tuple[AddressRule, ...] = ()
    _: KW_ONLY
    is_open: bool = False
    lookup: Lookup = field(default=system_lookup, repr=False)

    @classmethod
    def parse(cls, text: str) -> AddressPolicy:
        """Read a list such as `127.0.0.0/8:1024-65535, 10.0.0.0/8:9911, [::1]/128:80`.

        Errors
            BadAllowList  an item that is not NETWORK:PORT or NETWORK:FIRST-LAST; an empty text
                          is a policy that allows nothing
        """
        return cls(tuple(_rule(item) for part in text.split(",") if (item := part.strip())))

    @classmethod
    def open(cls) -> AddressPolicy:
        """Allow everything: for addresses that a person types on their own command line."""
        return cls(is_open=True)

    def check(self, ip: str, port: int) -> None:
        """Pass where the allow-list covers what this address reaches, else raise AddressRefused."""
        address = reached(ip)
        if self.is_open or any(rule.covers(address, port) for rule in self.rules):
            return
        raise AddressRefused(
            f"{address} port {port} is not an allowed address. If it should be read, add"
            f" {allow_item(ip, port)} to {ALLOW_LIST_SETTING}."
        )


def reached(ip: str) -> Address:
    """Return the address that a connection to `ip` really goes to.

    Source: Linux connects 0.0.0.0 and :: to the machine itself, and ::ffff:a.b.c.d over IPv4.

    Errors
        AddressRefused  not an IP address
    """
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        raise AddressRefused("That is not an IP address.") from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_unspecified:
        return IPv4Address("127.0.0.1") if isinstance(address, IPv4Address) else IPv6Address("::1")
    return address


def allow_item(ip: str, port: int) -> str:
    """Return the item of the allow-list that opens exactly one address and port."""
    address = reached(ip)
    if isinstance(address, IPv4Address):
        return f"{address}/32:{port}"
    return f"[{address}]/128:{port}"


def _inside(network: Network, guard: Network) -> bool:
    if isinstance(network, IPv4Network) and isinstance(guard, IPv4Network):
        return network.subnet_of(guard)
    if isinstance(network, IPv6Network) and isinstance(guard, IPv6Network):
        return network.subnet_of(guard)
    return False


def _rule(item: str) -> AddressRule:
    found = _ITEM.fullmatch(item)
    ports = _PORTS.fullmatch(found["ports"].strip()) if found else None
    if found is None or ports is None:
        raise BadAllowList(
            f"{item!r} in {ALLOW_LIST_SETTING} must read NETWORK:PORT or NETWORK:FIRST-LAST, for"
            " example 10.0.0.0/8:9911 or [fd00::]/8:9000-9999."
        )
    first, last = int(ports[1]), int(ports[2] or ports[1])
    if not 1 <= first <= last <= _LARGEST_PORT:
        raise BadAllowList(
            f"{item!r} in {ALLOW_LIST_SETTING}: ports are 1 to 65535, the smaller one first."
        )
    network = _network(found["four"] or found["six"] + (found["length"] or ""), item)
    return AddressRule(network, first_port=first, last_port=last)


def _network(text: str, item: str) -> Network:
    try:
        network = ip_network(text.strip())
    except ValueError as error:
        raise BadAllowList(f"{item!r} in {ALLOW_LIST_SETTING}: {error}.") from None
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise BadAllowList(
            f"{item!r} in {ALLOW_LIST_SETTING}: write the IPv4 network itself, since that is what"
            " such addresses reach."
        )
    return network
