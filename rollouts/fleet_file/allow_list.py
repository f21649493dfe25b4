"""Which hosts and ports the workers must be allowed to reach for the addresses of a fleet file.

Only addresses that the file names, each as one host and port: never a network around them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from rollouts.fleet_file.addresses import Address, host_and_port, is_file, reached
from rollouts.fleet_file.values import Fleet, SideSpec, TargetSpec

Resolve = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class AllowList:
    """The items to allow, and the names that gave no address.

    Units
        items       CIDR:port or CIDR:low-high, IPv6 as [ADDRESS]/128:port; IPv4 first, ascending
        unresolved  names as the file spells them in small letters, ascending
    """

    items: tuple[str, ...]
    unresolved: tuple[str, ...]

    def __str__(self) -> str:
        return ",".join(self.items)


def address_allow_list(fleet: Fleet, resolve: Resolve) -> AllowList:
    """Return the smallest list that covers every address of the fleet.

    Shapes
        resolve     name -> texts of IP addresses; none, or an OSError, where it has none

    Ports of one host are joined into low-high where they follow each other, so that nothing is
    allowed that the file does not name.
    """
    hosts: dict[str, set[int]] = defaultdict(set)
    for address in _addresses(fleet):
        host, port = host_and_port(address)
        hosts[host].add(port)
    ports: dict[Address, set[int]] = defaultdict(set)
    unresolved = []
    for host, wanted in hosts.items():
        found = _resolved(host, resolve)
        for ip in found:
            ports[ip] |= wanted
        if not found:
            unresolved.append(host)
    ordered = sorted(ports, key=lambda ip: (ip.version, int(ip)))
    items = (f"{_cidr(ip)}:{span}" for ip in ordered for span in _spans(ports[ip]))
    return AllowList(tuple(items), tuple(sorted(unresolved)))


def _addresses(fleet: Fleet) -> Iterator[str]:
    for rollout in fleet.rollouts:
        for tier in rollout.tiers:
            for target in tier.targets:
                yield from _addresses_of(target)


def _addresses_of(target: TargetSpec) -> Iterator[str]:
    yield from _connected(target.legacy)
    yield from _connected(target.shadow)
    if target.read_back:
        yield target.read_back.proxy or target.read_back.address


def _connected(side: SideSpec) -> Iterator[str]:
    """Yield what the workers connect to for one side: the proxy, where it has one."""
    if side.proxy:
        yield side.proxy
        return
    yield from (address for address in side.addresses if not is_file(address))
    if side.metrics:
        yield side.metrics


def _resolved(host: str, resolve: Resolve) -> set[Address]:
    literal = reached(host)
    if literal:
        return {literal}
    try:
        texts = list(resolve(host))
    except (OSError, UnicodeError):
        return set()
    return {ip for text in texts if (ip := reached(text))}


def _cidr(ip: Address) -> str:
    return f"{ip}/32" if isinstance(ip, IPv4Address) else f"[{ip}]/128"


def _spans(ports: set[int]) -> Iterator[str]:
    """Yield ascending ports, those that follow each other as low-high."""
    ordered = sorted(ports)
    low = ordered[0]
    for port, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following != port + 1:
            yield str(port) if low == port else f"{low}-{port}"
            low = following or 0
