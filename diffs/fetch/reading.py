"""One request for one side: from an Endpoint to a Payload, or to a FetchFailed that says why not.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import NotRequired, TypedDict, Unpack

from diffs.fetch.answers import judged
from diffs.fetch.credentials import Authorization, CredentialRefused, Credentials
from diffs.fetch.endpoint import Endpoint, Limits, Payload, Validators
from diffs.fetch.failure import FetchFailed
from diffs.fetch.location import BadAddress, Location
from diffs.fetch.lookup import LookupFailed, LookupOverdue, addresses_of
from diffs.fetch.meter import Meter
from diffs.fetch.policy import AddressPolicy, AddressRefused, reached
from diffs.fetch.trust import tls_context
from diffs.fetch.wire import Call, exchange
from diffs.outcomes import Outcome

USER_AGENT = "penumbra"


class Terms(TypedDict):
    """What every way of fetching takes, by keyword.

    Units
        deadline  `time.monotonic()` at which the whole look ends; None or absent: no such end
        pin       one of the addresses that `resolve` returned; None or absent: the first that
                  accepts a connection
    """

    limits: Limits
    policy: AddressPolicy
    credentials: Credentials
    deadline: NotRequired[float | None]
    pin: NotRequired[str | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask an endpoint for."""

    accept: str = "*/*"
    _: KW_ONLY
    query: Mapping[str, str] | None = None
    conditional: Validators | None = None
    may_be_empty: bool = False


def fetch(
    endpoint: Endpoint,
    *,
    accept: str = "*/*",
    query: Mapping[str, str] | None = None,
    conditional: Validators | None = None,
    may_be_empty: bool = False,
    **terms: Unpack[Terms],
) -> Payload:
    """Read an address once.

    Shapes
        query         set in the address beside what it already asks; an empty value is a bare
                      name (`nopretty`)
        conditional   the validators of the last payload; If-Modified-Since counts whole
                      seconds, so it is sent only where there was no ETag
        may_be_empty  a table that counts 0 routes is an answer (a list of invalid routes), not
                      a pod that is still starting
        terms         limits, policy, credentials, and perhaps deadline and pin

    Errors
        FetchFailed   with its outcome and a sentence; see `diffs.fetch.answers`
    """
    ask = Ask(accept, query=query, conditional=conditional, may_be_empty=may_be_empty)
    return fetch_metered(endpoint, ask, meter=meter_for(endpoint, terms), terms=terms)


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
    meter = Meter(limits, shown=_shown(endpoint), deadline=deadline)
    meter.begin_connecting()
    return tuple(sorted(_resolved(_connected_to(endpoint), policy=policy, meter=meter)))


def meter_for(endpoint: Endpoint, terms: Terms) -> Meter:
    """Start the meter of one side."""
    return Meter(terms["limits"], shown=_shown(endpoint), deadline=terms.get("deadline"))


def fetch_metered(endpoint: Endpoint, ask: Ask, *, meter: Meter, terms: Terms) -> Payload:
    """Send one of perhaps several requests of a side, all of which one meter bounds."""
    call = _call(endpoint, ask, meter=meter, terms=terms)
    with exchange(call, meter) as answer:
        payload = judged(answer, call, meter)
    if payload.x_count == 0 and not ask.may_be_empty:
        raise FetchFailed(
            Outcome.NOT_READY,
            f"{call.location.shown} counts 0 routes: it has not loaded its table yet.",
            status=payload.status,
        )
    return payload


def _call(endpoint: Endpoint, ask: Ask, *, meter: Meter, terms: Terms) -> Call:
    location = _located(endpoint.url)
    meter.begin_connecting()
    authorization = _authorized(endpoint, location, terms["credentials"])
    addresses = _addresses(endpoint, meter=meter, terms=terms)
    return Call(
        location.asking(ask.query),
        proxy=_located(endpoint.proxy) if endpoint.proxy else None,
        addresses=addresses,
        headers=_headers(endpoint, ask, authorization),
        context=tls_context(endpoint.ca_bundle) if location.scheme == "https" else None,
        conditional=ask.conditional or Validators(),
        secrets=location.secrets | authorization.secrets,
    )


def _headers(endpoint: Endpoint, ask: Ask, authorization: Authorization) -> dict[str, str]:
    conditional = ask.conditional or Validators()
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": ask.accept,
        "Accept-Encoding": "gzip" if endpoint.gzip else "identity",
    }
    if authorization.header:
        headers["Authorization"] = authorization.header
    if conditional.etag:
        headers["If-None-Match"] = conditional.etag
    elif conditional.last_modified:
        headers["If-Modified-Since"] = conditional.last_modified
    return headers


def _located(url: str) -> Location:
    try:
        return Location.parse(url)
    except BadAddress as error:
        sentence = str(error)
    raise FetchFailed(Outcome.UNREACHABLE, sentence)


def _shown(endpoint: Endpoint) -> str:
    shown = _located(endpoint.url).shown
    proxy = f" through the proxy {_located(endpoint.proxy).authority}" if endpoint.proxy else ""
    return shown + proxy


def _connected_to(endpoint: Endpoint) -> Location:
    if endpoint.proxy is None:
        return _located(endpoint.url)
    proxy = _located(endpoint.proxy)
    if proxy.scheme != "http":
        raise FetchFailed(Outcome.UNREACHABLE, f"The proxy {proxy.shown} must be http://host:port.")
    return proxy


def _authorized(endpoint: Endpoint, location: Location, credentials: Credentials) -> Authorization:
    if endpoint.credential is None:
        return Authorization("")
    try:
        return credentials.authorize(endpoint.credential, host=location.host)
    except CredentialRefused as error:
        sentence = str(error)
    raise FetchFailed(Outcome.UNREACHABLE, f"{location.shown} was not asked. {sentence}")


def _addresses(endpoint: Endpoint, *, meter: Meter, terms: Terms) -> tuple[str, ...]:
    connected_to = _connected_to(endpoint)
    pin = terms.get("pin")
    if pin is None:
        return _resolved(connected_to, policy=terms["policy"], meter=meter)
    return _allowed((pin,), connected_to, policy=terms["policy"])


def _resolved(location: Location, *, policy: AddressPolicy, meter: Meter) -> tuple[str, ...]:
    try:
        found = addresses_of(
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
    else:
        return _allowed(found, location, policy=policy)
    raise FetchFailed(Outcome.UNREACHABLE, sentence)


def _allowed(
    found: tuple[str, ...], location: Location, *, policy: AddressPolicy
) -> tuple[str, ...]:
    try:
        for ip in found:
            policy.check(ip, location.port)
        return tuple(dict.fromkeys(_connectable(ip) for ip in found))
    except AddressRefused as error:
        sentence = f"{location.shown} was not contacted: {error}"
    raise FetchFailed(Outcome.UNREACHABLE, sentence)


def _connectable(ip: str) -> str:
    """Spell the address as what it reaches; a link-local one keeps its interface."""
    _, percent, interface = ip.partition("%")
    return str(reached(ip)) + percent + interface
