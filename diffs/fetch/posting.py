"""One message posted to one address whose path is a secret, and what came back.

Flow: … -> apply -> read back -> audit -> *notify*.

Theory. Whoever knows an incoming webhook's path may write there, so no sentence says more of the
address than its host. The address is named by the deployment itself, which opens its port; only
this machine, link-local and metadata addresses must stand in the allow-list as well. There is one
time for the whole exchange, no redirect and no second try: what a failure means is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from itertools import islice

from diffs.fetch.destination import Destination, addresses
from diffs.fetch.endpoint import Limits
from diffs.fetch.failure import FetchFailed, excerpt
from diffs.fetch.location import BadAddress, Location
from diffs.fetch.meter import Meter
from diffs.fetch.policy import AddressPolicy, AddressRule
from diffs.fetch.reading import USER_AGENT
from diffs.fetch.trust import tls_context
from diffs.fetch.wire import Answer, Call, exchange
from diffs.outcomes import Outcome

LIMITS = Limits(total_seconds=5.0, connect_seconds=3.0, received_bytes=2**16)
"""Whoever takes a message says so in a word."""

LONGEST_WAIT_SECONDS = 3600.0
_SHORTEST_SEGMENT = 6
_EVERYWHERE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer.

    Shapes
        said    the beginning of its body, on one line and without the secrets of the address

    Units
        retry_after_seconds     what the server asked to be left alone for; None where it did not
    """

    status: int
    retry_after_seconds: float | None
    said: str


class _Patience(Meter):
    """A meter whose sentences name no setting, since none would help."""

    def overdue(self) -> FetchFailed:
        """The failure of an exchange that was not finished in time."""
        return self._unreachable(f"did not answer within {self.limits.total_seconds:.3g} s.")

    def not_connected(self) -> FetchFailed:
        """The failure of a connection that did not stand in time."""
        return self._unreachable("accepted no connection in time.")

    def _unreachable(self, what: str) -> FetchFailed:
        return FetchFailed(Outcome.UNREACHABLE, f"{self.shown} {what}")


def post(
    url: str, content: bytes, *, content_type: str, allowed: AddressPolicy, limits: Limits = LIMITS
) -> Posted:
    """Send one message.

    Shapes
        allowed     the allow-list, asked for addresses of this machine and its like only

    Errors
        FetchFailed     no answer; the sentence names the host and nothing else of the address
        BadAddress      not an http or https address
    """
    location = Location.parse(url)
    meter = _Patience(limits, shown=location.authority)
    meter.begin_connecting()
    nameless = Destination(replace(location, path="/", query=""))
    call = Call(
        location,
        addresses=addresses(nameless, policy=_opened(location, allowed), meter=meter),
        headers={
            "User-Agent": USER_AGENT,
            "Content-Type": content_type,
            "Content-Length": str(len(content)),
        },
        method="POST",
        content=content,
        context=tls_context(None) if location.scheme == "https" else None,
        secrets=secrets_of(url),
    )
    with exchange(call, meter) as answer:
        return Posted(
            answer.status,
            _wait_asked_for(answer.headers.get("retry-after", "")),
            excerpt(_beginning(answer), secrets=call.secrets),
        )


def secrets_of(url: str) -> frozenset[str]:
    """Return the texts of an address that no sentence may repeat: itself, its path, its query."""
    try:
        location = Location.parse(url)
    except BadAddress:
        return frozenset({url})
    segments = {part for part in location.path.split("/") if len(part) >= _SHORTEST_SEGMENT}
    whole = {url, location.target, location.path} - {"/"}
    return frozenset(whole | segments) | location.secrets


def _opened(location: Location, allowed: AddressPolicy) -> AddressPolicy:
    """Return a policy that opens the address's port wherever nothing is guarded."""
    opened = tuple(
        AddressRule(ip_network(text), first_port=location.port, last_port=location.port)
        for text in _EVERYWHERE
    )
    return replace(allowed, rules=(*allowed.rules, *opened))


def _beginning(answer: Answer) -> bytes:
    """Return the beginning of a body; what breaks off was answered all the same."""
    try:
        return b"".join(islice(answer.chunks, 1))
    except FetchFailed:
        return b""


def _wait_asked_for(header: str) -> float | None:
    """Return the seconds of a Retry-After header: a count or a date (RFC 9110 §10.2.3)."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT_SECONDS)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)
    return min(max(seconds.total_seconds(), 0.0), LONGEST_WAIT_SECONDS)
