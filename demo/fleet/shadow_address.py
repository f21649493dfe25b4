"""What a route server answers at `/routes`, `/routes/ZONE` and `/health`, and at `/metrics`.

Source: Skipper's routesrv/eskipbytes.go and Go's `http.ServeContent` for conditional requests.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime

from demo.fleet.routesrv import RouteServer
from demo.fleet.wire import DROPPED, METHOD_NOT_ALLOWED, NOT_FOUND, Answer, Request, refusal

SMALLEST_PLAIN_POWER, SMALLEST_PRINTED_POWER = -4, 6
"""Powers of ten between which Go's strconv prints a float without an exponent."""


def answer_shadow(request: Request, routesrv: RouteServer) -> Answer:
    """Answer as the route server does; the query string says nothing to it."""
    if not routesrv.is_deployed:
        return DROPPED
    if request.path == "/health":
        return _health(routesrv)
    if request.path != "/routes" and not request.path.startswith("/routes/"):
        return NOT_FOUND
    if request.method not in ("GET", "HEAD"):
        return METHOD_NOT_ALLOWED
    if not routesrv.is_loaded:
        return Answer(404)
    return _table(request, routesrv)


def answer_metrics(request: Request, routesrv: RouteServer, *, now: float) -> Answer:
    """Answer as the route server's support listener does at `/metrics`, in Prometheus text."""
    if not routesrv.is_deployed:
        return DROPPED
    if request.path != "/metrics":
        return NOT_FOUND
    gauges: dict[str, float] = {}
    if routesrv.is_loaded:
        gauges = {
            "routes.byte": len(routesrv.document().body),
            "routes.total": len(routesrv.routes),
            "routes.updated_timestamp": routesrv.updated_at,
        }
    counts = {"routes.empty": 0, "routes.fetch_errors": routesrv.fetch_errors(now)}
    lines = ["# HELP routesrv_custom_gauges Gauges number of custom metrics."]
    lines += ["# TYPE routesrv_custom_gauges gauge"]
    lines += [f'routesrv_custom_gauges{{key="{key}"}} {go_float(gauges[key])}' for key in gauges]
    lines += ["# HELP routesrv_custom_total Total number of custom metrics."]
    lines += ["# TYPE routesrv_custom_total counter"]
    lines += [f'routesrv_custom_total{{key="{key}"}} {go_float(counts[key])}' for key in counts]
    headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    return Answer(200, headers, "\n".join((*lines, "")).encode())


def go_float(value: float) -> str:
    """Print a number as Go's shortest 'g' does: with an exponent from a million on."""
    sign, digits, _ = (number := Decimal(repr(float(value))).normalize()).as_tuple()
    power = number.adjusted()
    if SMALLEST_PLAIN_POWER <= power < SMALLEST_PRINTED_POWER:
        return f"{number:f}"
    tail = "".join(map(str, digits[1:]))
    return f"{'-' * sign}{digits[0]}{'.' if tail else ''}{tail}e{power:+03d}"


def _health(routesrv: RouteServer) -> Answer:
    """Answer whether a table was ever loaded, however old it is by now."""
    return Answer(204) if routesrv.is_loaded else refusal(503, "routes were not initialized yet")


def _table(request: Request, routesrv: RouteServer) -> Answer:
    document = routesrv.document(request.path.removeprefix("/routes").strip("/"))
    is_packed = _accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = f'"{document.digest}{"+gzip" if is_packed else ""}"'
    changed_at = datetime.fromtimestamp(int(routesrv.updated_at), UTC)
    kept = {"Etag": etag, "Vary": "Accept-Encoding", "X-Count": str(len(routesrv.routes))}
    if _is_known(request, etag, changed_at):
        return Answer(304, kept)

    body = document.gzipped if is_packed else document.body
    headers = kept | {
        "Content-Type": "text/plain; charset=utf-8",
        "Last-Modified": format_datetime(changed_at, usegmt=True),
        "Content-Length": str(len(body)),
    }
    return Answer(200, headers | ({"Content-Encoding": "gzip"} if is_packed else {}), body)


def _is_known(request: Request, etag: str, changed_at: datetime) -> bool:
    """Tell whether the client has this version; its ETags count before its date."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in known or etag in known
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed_at <= since.replace(tzinfo=since.tzinfo or UTC)


def _accepts_gzip(accepted: str) -> bool:
    """Tell whether gzip is among the encodings accepted, and not with weight nought."""
    for one in accepted.split(","):
        name, _, weight = one.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False
