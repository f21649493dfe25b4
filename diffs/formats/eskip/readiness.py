"""How many endpoints were ready when a route was made, as far as its backend tells.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: Skipper 0.27, dataclients/kubernetes (ingressv1.go, routegroup.go, kube.go): none ready
makes the filters status(502) and inlineContent("no endpoints") and a shunt, in place of all that
the route says; one makes a network backend of its address; more are load-balanced. An address is
scheme://ip:port. Default filters are added later, before and behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from diffs.formats.eskip.route import Call, Endpoint, Route
from diffs.formats.eskip.uri import NotAnAddress, read_request_uri

NO_ENDPOINTS = (Call("status", (502.0,)), Call("inlineContent", (b"no endpoints",)))


@dataclass(frozen=True, slots=True)
class Ready:
    """The endpoints of a route, and what they have in common.

    Shapes
        places      {(scheme, port)}
        algorithm   None where one address needs none
    """

    endpoints: tuple[Endpoint, ...]
    places: frozenset[tuple[bytes, bytes]]
    algorithm: str | None


def ready_of(route: Route) -> Ready | None:
    """Return the endpoints of a route; None where one of them is not the address of a pod."""
    endpoints = route.lb_endpoints
    if route.backend_type == "network":
        endpoints = (Endpoint(route.backend),)
    if not endpoints:
        return None
    algorithm = route.lb_algorithm if route.backend_type == "lb" else None
    places = {_place(endpoint.address) for endpoint in endpoints}
    known = frozenset(place for place in places if place)
    return Ready(endpoints, known, algorithm) if len(known) == len(places) else None


def is_churn(one: Ready, other: Ready) -> bool:
    """Say whether two backends differ by no more than which pods were ready.

    Scheme and ports agree, the algorithm where both need one, and the zone of each shared address;
    where no address is shared, whether zones are named at all.
    """
    if one.places != other.places:
        return False
    if None in (one.algorithm, other.algorithm):
        return True
    if one.algorithm != other.algorithm:
        return False
    mine, theirs = _zones(one), _zones(other)
    shared = mine.keys() & theirs.keys()
    if any(mine[address] != theirs[address] for address in shared):
        return False
    return bool(shared) or any(map(any, mine.values())) == any(map(any, theirs.values()))


def frame_of_no_endpoints(route: Route) -> tuple[tuple[Call, ...], tuple[Call, ...]] | None:
    """Return the default filters before and behind what says "no endpoints".

    None where the route is no such shunt.
    """
    if route.backend_type != "shunt":
        return None
    for at in range(len(route.filters) - 1):
        if route.filters[at : at + 2] == NO_ENDPOINTS:
            return route.filters[:at], route.filters[at + 2 :]
    return None


def _zones(ready: Ready) -> dict[bytes, tuple[bytes, ...]]:
    """Return {address: its zones, sorted}."""
    zones: dict[bytes, tuple[bytes, ...]] = {}
    for endpoint in ready.endpoints:
        zones[endpoint.address] = tuple(sorted((*zones.get(endpoint.address, ()), endpoint.zone)))
    return zones


@lru_cache(maxsize=50_000)
def _place(address: bytes) -> tuple[bytes, bytes] | None:
    """Return (scheme, port) of scheme://ip:port, None of anything else."""
    try:
        uri = read_request_uri(address)
        user, host = uri.authority or (b"", b"")
        name, _, port = host.rpartition(b":")
        pod = ip_address(name.decode().removeprefix("[").removesuffix("]"))
    except (NotAnAddress, ValueError):
        return None
    is_bare = user is None and not uri.path and uri.query is None and b"#" not in address
    is_elsewhere = pod.is_loopback or pod.is_link_local or pod.is_multicast or pod.is_unspecified
    return (uri.scheme, port) if is_bare and port and not is_elsewhere else None
