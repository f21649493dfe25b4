"""What Skipper's support listener answers at `/routes`.

Source: `Routing.ServeHTTP` in Skipper's routing/routing.go and eskip/json.go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from demo.fleet.routes import Call, Route
from demo.fleet.skipper import Pod
from demo.fleet.wire import DROPPED, METHOD_NOT_ALLOWED, NOT_FOUND, Answer, Request, refusal

DEFAULT_LIMIT = 1024
LARGEST_INTEGER = 2**63 - 1


def answer_legacy(request: Request, pod: Pod) -> Answer:
    """Answer as one Skipper pod does, in Skipper's own order of checks."""
    if request.path != "/routes" and not request.path.startswith("/routes/"):
        return NOT_FOUND
    if request.method not in ("GET", "HEAD"):
        return METHOD_NOT_ALLOWED
    if request.value("timestamp") not in ("", str(pod.timestamp)):
        return refusal(400, "invalid timestamp")

    listed = _listed(request, pod)
    headers = {
        "X-Timestamp": str(pod.timestamp),
        "X-Count": str(len(listed)),
        "Content-Type": "application/json" if _wants_json(request) else "text/plain",
    }
    return Answer(200, headers) if request.method == "HEAD" else _page(request, pod, headers)


def _page(request: Request, pod: Pod, headers: dict[str, str]) -> Answer:
    """Answer with the routes from `offset` on, `limit` at most."""
    offset = _whole_number(request, "offset", 0)
    if offset is None:
        return refusal(400, "invalid offset")
    limit = _whole_number(request, "limit", DEFAULT_LIMIT)
    if limit is None:
        return refusal(400, "invalid limit")
    begin = min(offset, len(_listed(request, pod)))
    if begin + limit > LARGEST_INTEGER:
        return DROPPED  # the sum overflows in Go and the handler panics
    return Answer(200, headers, _body(request, pod, begin, begin + limit), is_streamed=True)


def _body(request: Request, pod: Pod, begin: int, end: int) -> bytes:
    """Print one page; the whole valid table, a route a line, is printed once a version."""
    listed = _listed(request, pod)
    if _wants_json(request):
        return _as_json(list(listed.values())[begin:end], pod)
    if request.form.get("nopretty", ["0"])[0] in ("0", "false"):
        return b"\n\n".join(one.skipper_pretty() for one in list(listed.values())[begin:end])
    if listed is pod.routes and begin == 0 and end >= len(listed):
        return pod.whole_body()
    return b"\n".join(route.skipper_line for route in list(listed.values())[begin:end])


def _listed(request: Request, pod: Pod) -> dict[str, Route]:
    return pod.invalid if request.value("invalid") == "true" else pod.routes


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _whole_number(request: Request, name: str, default: int) -> int | None:
    """Read a parameter as Go's `strconv.Atoi` does; None where it is no number or negative."""
    text = request.value(name)
    if not text:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text) or not 0 <= int(text) <= LARGEST_INTEGER:
        return None
    return int(text)


def _as_json(routes: Sequence[Route], pod: Pod) -> bytes:
    listed = []
    for route in routes:
        entry = {
            "id": route.ident,
            "backend": _backend(route),
            "predicates": [_call(call) for call in route.skipper_predicates()],
            "filters": [_call(call) for call in route.filters_in_force],
        }
        error = pod.errors.get(route.ident)
        listed.append(entry | ({"error": error} if error else {}))
    return json.dumps(listed, separators=(",", ":")).encode() + b"\n"


def _backend(route: Route) -> dict[str, Any]:
    if route.backend == "<shunt>" or route.is_without_endpoints:
        return {"type": "shunt"}
    if route.backend:
        return {"type": "network", "address": route.backend.strip('"')}
    if len(route.endpoints) == 1:
        return {"type": "network", "address": route.endpoints[0]}
    return {"type": "lb", "algorithm": route.algorithm, "endpoints": sorted(route.endpoints)}


def _call(call: Call) -> dict[str, Any]:
    return {"name": call.name, "args": list(call.args)}
