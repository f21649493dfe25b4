"""The ways of reading a whole table: at once, in pages that fit together, or by one plain request.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
Source: the support listener of Skipper 0.27.65, and its routesrv.

Theory. Skipper answers one request from one table, so a single large limit is an atomic
snapshot; its default limit of 1024 would cut both sides alike. Pages are asked for only where
an endpoint demands it, with the first page's timestamp: Skipper refuses a page of another
table with 400. Anything that shows the table changed between two pages is `moved`, which is
read again, and never `truncated`, which would say that the server is at fault.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Unpack

from diffs.fetch.endpoint import Endpoint, Payload, Validators
from diffs.fetch.failure import FetchFailed
from diffs.fetch.location import Location
from diffs.fetch.meter import Meter
from diffs.fetch.reading import Ask, Terms, fetch_metered, meter_for
from diffs.outcomes import Outcome, Side

WHOLE_TABLE = "10000000000000"
"""More routes than anybody has; the largest integer would overflow in Skipper."""

_INVALID_TIMESTAMP = 400


def read_table(
    side: Side,
    endpoint: Endpoint,
    *,
    conditional: Validators | None = None,
    **terms: Unpack[Terms],
) -> Payload:
    """Read the route table of one side, whole.

    The legacy side (Skipper) is asked for all routes without pretty printing; it has no
    conditional requests. The shadow side (routesrv) is asked whether anything changed.

    Errors
        FetchFailed  as `fetch`, and moved where the table changed between two pages
    """
    meter = meter_for(endpoint, terms)
    if side is Side.SHADOW:
        ask = Ask("text/plain", conditional=conditional)
        return fetch_metered(endpoint, ask, meter=meter, terms=terms)
    if endpoint.paging is None:
        ask = Ask("text/plain", query={"limit": WHOLE_TABLE, "nopretty": ""})
        return fetch_metered(endpoint, ask, meter=meter, terms=terms)
    return _joined(_pages(endpoint, endpoint.paging, meter=meter, terms=terms), meter)


def read_plain(
    endpoint: Endpoint,
    *,
    accept: str,
    conditional: Validators | None = None,
    **terms: Unpack[Terms],
) -> Payload:
    """Read what an address says by one plain request, if it changed: no route table, no pages.

    Errors
        FetchFailed  as `fetch`
    """
    ask = Ask(accept, conditional=conditional, may_be_empty=True, is_plain=True)
    return fetch_metered(endpoint, ask, meter=meter_for(endpoint, terms), terms=terms)


def asked_url(side: Side, url: str, *, is_plain: bool = False) -> str:
    """Return the address as it is asked for a whole table: what `curl` has to be given.

    Errors
        BadAddress  it is no http or https address
    """
    location = Location.parse(url)
    if side is Side.LEGACY and not is_plain:
        location = location.asking({"limit": WHOLE_TABLE, "nopretty": ""})
    return f"{location.scheme}://{location.authority}{location.target}"


def _pages(endpoint: Endpoint, size: int, *, meter: Meter, terms: Terms) -> list[Payload]:
    query = {"limit": str(size), "nopretty": "", "offset": "0"}
    first = fetch_metered(endpoint, Ask("text/plain", query=query), meter=meter, terms=terms)
    if first.x_count is None or first.x_timestamp is None:
        raise FetchFailed(
            Outcome.TRUNCATED,
            f"{meter.shown} does not send X-Count and X-Timestamp, so its pages cannot be joined."
            " Read it without paging.",
        )
    same_pod: Terms = {**terms, "pin": first.ip}
    pages = [first]
    for offset in range(size, first.x_count, size):
        query = {**query, "offset": str(offset), "timestamp": str(first.x_timestamp)}
        page = _next_page(endpoint, Ask("text/plain", query=query), meter=meter, terms=same_pod)
        _check_same_table(first, page, meter)
        pages.append(page)
        _check_room(pages, meter)
    return pages


def _next_page(endpoint: Endpoint, ask: Ask, *, meter: Meter, terms: Terms) -> Payload:
    try:
        return fetch_metered(endpoint, ask, meter=meter, terms=terms)
    except FetchFailed as failure:
        if failure.status != _INVALID_TIMESTAMP or "timestamp" not in failure.sentence:
            raise
    raise _moved(meter)


def _check_same_table(first: Payload, page: Payload, meter: Meter) -> None:
    if (page.x_count, page.x_timestamp) != (first.x_count, first.x_timestamp):
        raise _moved(meter)
    if not page.body.strip():
        raise FetchFailed(
            Outcome.TRUNCATED,
            f"{meter.shown} counts {first.x_count} routes, but a page of them is empty.",
        )


def _check_room(pages: list[Payload], meter: Meter) -> None:
    limit = meter.limits.decoded_bytes
    if sum(len(page.body) for page in pages) > limit:
        raise FetchFailed(
            Outcome.TRUNCATED,
            f"{meter.shown} has a table of more than {limit} bytes in its pages. If it is that"
            " large, raise PENUMBRA_DECODED_BYTES.",
        )


def _moved(meter: Meter) -> FetchFailed:
    return FetchFailed(
        Outcome.MOVED,
        f"{meter.shown} changed its table while its pages were read. It is read again.",
    )


def _joined(pages: list[Payload], meter: Meter) -> Payload:
    """Join pages; Skipper ends a page without a newline, so one is put between two."""
    body = b"\n".join(page.body.removesuffix(b"\n") for page in pages)
    return replace(
        pages[0],
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        etag=None,
        last_modified=None,
        latency_seconds=meter.seconds_spent(),
        received_bytes=meter.received_bytes,
    )
