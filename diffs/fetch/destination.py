"""Where a request goes: from an endpoint to the addresses that may be connected to.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. A name is looked up once, every address it has is judged, and the connection goes to
what was judged: a name service that answers otherwise a moment later changes nothing. One
address that is not allowed refuses the whole name, since which one is used is luck.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from diffs.fetch.endpoint import Endpoint, Limits
from diffs.fetch.failure import FetchFailed
from diffs.fetch.location import BadAddress, Location
from diffs.fetch.lookup import LookupFailed, LookupOverdue, addresses_of
from diffs.fetch.meter import Meter
from diffs.fetch.policy import AddressPolicy, AddressRefused, reached
from diffs.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Destination:
    """The location that is asked for, and the proxy that is asked, if there is one."""

    location: Location
    _: KW_ONLY
    proxy: Location | None = None

    @classmethod
    def of(cls, endpoint: Endpoint) -> Destination:
        """Take the addresses of an endpoint apart; FetchFailed where one cannot be used."""
        location = _located(endpoint.url, "")
        if endpoint.proxy is None:
            return cls(location)
        proxy = _located(endpoint.proxy, f"The proxy of {location.shown} cannot be used. ")
        if proxy.scheme != "http":
            sentence = f"The proxy {proxy.shown} must be spoken to in http://."
            raise FetchFailed(Outcome.UNREACHABLE, sentence)
        return cls(location, proxy=proxy)

    @property
    def connected_to(self) -> Location:
        """The location whose host and port the policy judges."""
        return self.proxy or self.location

    @property
    def shown(self) -> str:
        """The form for sentences."""
        if self.proxy is None:
            return self.location.shown
        return f"{self.location.shown} through the proxy {self.proxy.authority}"


def resolve(
    endpoint: Endpoint, *, policy: AddressPolicy, limits: Limits, deadline: float | None = None
) -> tuple[str, ...]:
    """Look up the addresses behind an endpoint, so that its pods can be read in turn.

    Shapes
        return       every address of the name (of the proxy, where there is one), all allowed,
                     each once, in ascending order

    Errors
        FetchFailed  no such name, or any of the addresses is not allowed
    """
    destination = Destination.of(endpoint)
    meter = Meter(limits, shown=destination.shown, deadline=deadline)
    meter.begin_connecting()
    return tuple(sorted(addresses(destination, policy=policy, meter=meter)))


def addresses(
    destination: Destination, *, policy: AddressPolicy, meter: Meter, pin: str | None = None
) -> tuple[str, ...]:
    """Return what may be connected to, in order of preference: the pin, or all of the name's.

    Errors
        FetchFailed  no such name, no answer in time, or an address that is not allowed
    """
    location = destination.connected_to
    found = _resolved(location, policy=policy, meter=meter) if pin is None else (pin,)
    try:
        for ip in found:
            policy.check(ip, location.port)
        return tuple(dict.fromkeys(_connectable(ip) for ip in found))
    except AddressRefused as error:
        sentence = f"{location.shown} was not contacted: {error}"
    raise FetchFailed(Outcome.UNREACHABLE, sentence)


def in_turn(found: tuple[str, ...], *, turn: int | None) -> tuple[str, ...]:
    """Return addresses with another one of them first at each turn; all of them stay.

    Name services shuffle what they answer, so they are put in order first. Only addresses of the
    preferred family take turns: those of the other one lead to the same pods.

    Shapes
        found   in the system's order of preference
        turn    None leaves that order as it is
    """
    if turn is None or len(found) < 2:  # noqa: PLR2004
        return found
    is_six = ":" in found[0]
    pods = sorted(one for one in found if (":" in one) is is_six)
    place = turn % len(pods)
    return (*pods[place:], *pods[:place], *(one for one in found if one not in pods))


def _resolved(location: Location, *, policy: AddressPolicy, meter: Meter) -> tuple[str, ...]:
    try:
        return addresses_of(
            location.host,
            location.port,
            lookup=policy.lookup,
            seconds=meter.connect_seconds_left(),
        )
    except LookupFailed:
        sentence = f"No address is known for the name {location.host}. Is it spelled right?"
    except LookupOverdue:
        sentence = (
            f"The name service did not say in time what {location.host} is"
            " (PENUMBRA_CONNECT_SECONDS)."
        )
    raise FetchFailed(Outcome.UNREACHABLE, sentence)


def _connectable(ip: str) -> str:
    """Spell the address as what it reaches; a link-local one keeps its interface."""
    _, percent, interface = ip.partition("%")
    return str(reached(ip)) + percent + interface


def _located(url: str, prefix: str) -> Location:
    try:
        return Location.parse(url)
    except BadAddress as error:
        sentence = f"{prefix}{error}"
    raise FetchFailed(Outcome.UNREACHABLE, sentence)
