"""Tell that both sides are one: then they agree whatever it says.

Flow: address -> *fetch* -> parse -> canonical -> compare -> judge -> store.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, unquote

from diffs.fetch import BadAddress, Location, Payload, is_file
from diffs.looking.order import Order, Problem, SideOrder, SideSeen
from diffs.outcomes import Outcome

HOW_NOT_WHAT = frozenset({"limit", "nopretty", "offset", "timestamp"})
"""Parameters that say how a table is asked for; with other ones it is still the same table."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an address leads, in a form in which equal ones are equal."""

    scheme: str
    host: str
    port: int
    path: str
    query: tuple[tuple[str, str], ...]


def same_spelling(order: Order) -> Problem | None:
    """Say whether both addresses are the same text once normalised."""
    if order.shadow is None:
        return None
    addresses = order.legacy.endpoint.url, order.shadow.endpoint.url
    places = _place(order.legacy), _place(order.shadow)
    is_one_file = is_file(addresses[0]) and len({PurePosixPath(one) for one in addresses}) == 1
    if not is_one_file and (places[0] is None or places[0] != places[1]):
        return None
    text = "Both sides have the same address, so they would agree whatever is there."
    return Problem(Outcome.SAME_ADDRESS, None, f"{text} Give the other side its own.")


def same_server(
    order: Order, shadow_order: SideOrder, legacy: SideSeen, shadow: SideSeen
) -> Problem | None:
    """Say whether two spellings lead to one server: the same address, port and path."""
    if not (legacy.payload and shadow.payload and legacy.payload.ip and shadow.payload.ip):
        return None
    if order.legacy.endpoint.proxy or shadow_order.endpoint.proxy:
        return None
    if not _is_one_server(order.legacy, legacy.payload, shadow_order, shadow.payload):
        return None
    if shared := _shared(legacy.payload, shadow.payload):
        text = f"Both addresses lead to the same server, {shared}, so they would agree whatever"
        text += " is there. Give the other side its own."
    else:
        text = "Both addresses are this machine on one port, where one server may answer for both."
        text += " Give the other side a port of its own."
    return Problem(Outcome.SAME_ADDRESS, None, text)


def _place(order: SideOrder) -> _Place | None:
    """Return where a side's address leads; None where it is no address."""
    try:
        location = Location.parse(order.endpoint.url)
    except BadAddress:
        return None
    pairs = parse_qsl(location.query, keep_blank_values=True)
    kept = sorted((name, value) for name, value in pairs if name not in HOW_NOT_WHAT)
    host, path = location.host.rstrip("."), location.path.rstrip("/")
    return _Place(location.scheme, host, location.port, path, tuple(kept))


def _is_one_server(
    legacy: SideOrder, legacy_answer: Payload, shadow: SideOrder, shadow_answer: Payload
) -> bool:
    """Say whether both addresses may lead to one server and port, and to paths that are one there.

    Which of a name's addresses answered is luck, so all of them count: two names that have one in
    common may be answered by it. All of loopback is one machine, whichever number is asked.

    Source: Skipper answers below /routes/ as it does at /routes, so a path within the other is no
    other table; nor is another spelling of a path, or a query, which both sides pass over.
    """
    one, other = _place(legacy), _place(shadow)
    if one is None or other is None:
        return False
    if _machines(legacy_answer).isdisjoint(_machines(shadow_answer)):
        return False
    left, right = _plain(one.path), _plain(other.path)
    is_within = left == right or left.startswith(f"{right}/") or right.startswith(f"{left}/")
    return one.port == other.port and is_within


def _shared(left: Payload, right: Payload) -> str:
    """Return an address that both sides have, the one that answered if it is; "" if none is."""
    common = set(_addresses(left)) & set(_addresses(right))
    return left.ip if left.ip in common else min(common, default="")


def _machines(payload: Payload) -> set[str]:
    """Return what a side's name leads to, loopback under one name."""
    found = _addresses(payload)
    return {"loopback" if ip_address(ip).is_loopback else ip for ip in found}


def _addresses(payload: Payload) -> tuple[str, ...]:
    return payload.addresses or (payload.ip,)


def _plain(path: str) -> str:
    """Return a path without detours and escapes."""
    return posixpath.normpath("/" + unquote(path).lstrip("/"))
