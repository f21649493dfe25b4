"""Where a request comes from, also behind proxies.

Theory. X-Forwarded-For is a list that every proxy adds the address before it to; whoever sends the
request writes the beginning of it. So it is read from its end, for as long as those who wrote are
proxies of ours (PENUMBRA_TRUSTED_PROXIES): the first address that is none of them is the client's.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import structlog
from django.conf import settings
from django.http import HttpRequest

IPV6_PREFIX = 64
"""What one subscriber of IPv6 has: counting single addresses would count nothing."""

Address = IPv4Address | IPv6Address

log = structlog.get_logger(__name__)


def client_address(request: HttpRequest) -> str:
    """Return the client's address, an IPv6 one as its network; "unknown" where no server told."""
    found = _parsed(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and not _is_ours(found):
        _warn_once()
    for hop in reversed(forwarded.split(",")):
        before = _parsed(hop.strip()) if _is_ours(found) else None
        if before is None:  # a client, or a proxy that passed on what is no address
            break
        found = before
    return _counted(found)


def _parsed(text: str) -> Address | None:
    """Return an address, written with or without a port; None for anything else."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_ours(address: Address | None) -> bool:
    """Say whether an address is that of a proxy whose word counts."""
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def _counted(address: Address | None) -> str:
    """Return an address as tries are counted by it."""
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), IPV6_PREFIX), strict=False))
    return str(address or "unknown")


@cache
def _warn_once() -> None:
    """Tell the log that somebody stands between; everybody may seem to come from one address."""
    log.warning("proxy_not_trusted", set="PENUMBRA_TRUSTED_PROXIES")
