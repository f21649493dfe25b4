"""One request for one side: from an Endpoint to a Payload, or to a FetchFailed that says why not.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import NotRequired, TypedDict, Unpack

from diffs.fetch.answers import judged
from diffs.fetch.credentials import Authorization, CredentialRefused, Credentials
from diffs.fetch.destination import Destination, addresses, in_turn
from diffs.fetch.endpoint import Endpoint, Limits, Payload, Validators
from diffs.fetch.failure import FetchFailed
from diffs.fetch.location import Location
from diffs.fetch.meter import Meter
from diffs.fetch.policy import AddressPolicy
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
        turn      which of a name's addresses to begin with, counted over and over again; None or
                  absent: the one that the system prefers
    """

    limits: Limits
    policy: AddressPolicy
    credentials: Credentials
    deadline: NotRequired[float | None]
    pin: NotRequired[str | None]
    turn: NotRequired[int | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask an endpoint for.

    `is_plain` says that it is no route table: X-Count, X-Timestamp and an ETag that looks like a
    digest are then some server's own.
    """

    accept: str = "*/*"
    _: KW_ONLY
    query: Mapping[str, str] | None = None
    conditional: Validators | None = None
    may_be_empty: bool = False
    is_plain: bool = False


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


def meter_for(endpoint: Endpoint, terms: Terms) -> Meter:
    """Start the meter of one side."""
    return Meter(
        terms["limits"], shown=Destination.of(endpoint).shown, deadline=terms.get("deadline")
    )


def fetch_metered(endpoint: Endpoint, ask: Ask, *, meter: Meter, terms: Terms) -> Payload:
    """Send one of perhaps several requests of a side, all of which one meter bounds."""
    call = _call(endpoint, ask, meter=meter, terms=terms)
    with exchange(call, meter) as answer:
        return judged(answer, call, meter)


def _call(endpoint: Endpoint, ask: Ask, *, meter: Meter, terms: Terms) -> Call:
    destination = Destination.of(endpoint)
    location = destination.location
    meter.begin_connecting()
    authorization = _authorized(endpoint, location, terms["credentials"])
    return Call(
        location.asking(ask.query),
        proxy=destination.proxy,
        addresses=in_turn(
            addresses(destination, policy=terms["policy"], meter=meter, pin=terms.get("pin")),
            turn=None if destination.proxy else terms.get("turn"),
        ),
        headers=_headers(endpoint, ask, authorization),
        context=tls_context(endpoint.ca_bundle) if location.scheme == "https" else None,
        conditional=ask.conditional or Validators(),
        may_be_empty=ask.may_be_empty,
        is_plain=ask.is_plain,
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


def _authorized(endpoint: Endpoint, location: Location, credentials: Credentials) -> Authorization:
    if endpoint.credential is None:
        return Authorization("")
    try:
        return credentials.authorize(endpoint.credential, host=location.host)
    except CredentialRefused as error:
        sentence = str(error)
    raise FetchFailed(Outcome.UNREACHABLE, f"{location.shown} was not asked. {sentence}")
