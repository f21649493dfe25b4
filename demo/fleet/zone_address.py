"""What the resolvers answer: their zone as JSON lines, and which of them clients are told by.

GET /ALIAS/records   either resolver's own zone; the new one has none in mode "old"
GET /ALIAS/mode      {"resolver": "both"}, at the old one's address
PUT /ALIAS/mode      the same document with another value
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from demo.fleet.wire import METHOD_NOT_ALLOWED, NOT_FOUND, Answer, Request, refusal
from demo.fleet.zone import RunningZone

KEY = "resolver"
Zones = Mapping[str, RunningZone]


def answer_old(request: Request, zones: Zones, *, now: float) -> Answer:
    """Answer as the old resolver does, which also knows the mode."""
    zone, thing = _asked(request, zones)
    if zone is None or thing not in ("records", "mode"):
        return NOT_FOUND
    if thing == "mode":
        return _mode(request, zone)
    return _records(request, zone.legacy_lines(now))


def answer_new(request: Request, zones: Zones, *, now: float) -> Answer:
    """Answer as the new resolver does."""
    zone, thing = _asked(request, zones)
    if zone is None or thing != "records" or zone.mode == "old":
        return NOT_FOUND
    return _records(request, zone.shadow_lines(now))


def _asked(request: Request, zones: Zones) -> tuple[RunningZone | None, str]:
    alias, _, thing = request.path.strip("/").partition("/")
    return zones.get(alias), thing


def _records(request: Request, lines: bytes) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return METHOD_NOT_ALLOWED
    return Answer(200, {"Content-Type": "application/x-ndjson"}, lines)


def _mode(request: Request, zone: RunningZone) -> Answer:
    if request.method not in ("GET", "HEAD", "PUT"):
        return METHOD_NOT_ALLOWED
    if request.method == "PUT":
        try:
            zone.set_mode(json.loads(request.body)[KEY])
        except (ValueError, KeyError, TypeError) as fact:
            return refusal(400, f"no mode was set: {fact}")
    body = json.dumps({KEY: zone.mode}).encode() + b"\n"
    return Answer(200, {"Content-Type": "application/json"}, body)
