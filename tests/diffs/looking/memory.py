"""Looks without a database: what earlier looks stored is whatever the test put there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from diffs.fetch import AddressPolicy, Credentials, Endpoint, Limits, Payload
from diffs.formats import FORMATS
from diffs.line_index import LineIndex
from diffs.looking.order import Before, Facts, Order, Reach, SideOrder, StoredReport
from diffs.outcomes import Side

REACH = Reach(Limits(), AddressPolicy.open(), Credentials())
LEGACY, SHADOW = "http://legacy.example.org/routes", "http://shadow.example.org/routes"


@dataclass
class Kept:
    """A memory of dictionaries."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    readings: dict[str, Facts] = field(default_factory=dict)
    indices: dict[str, LineIndex] = field(default_factory=dict)
    reports: dict[tuple[str, str], StoredReport] = field(default_factory=dict)

    def body(self, sha256: str) -> bytes | None:
        return self.bodies.get(sha256)

    def facts(self, sha256: str) -> Facts | None:
        return self.readings.get(sha256)

    def lines(self, sha256: str) -> LineIndex | None:
        return self.indices.get(sha256)

    def report(self, legacy: str, shadow: str, *, rules: str) -> StoredReport | None:  # noqa: ARG002
        return self.reports.get((legacy, shadow))

    def keep(self, body: bytes) -> Before:
        """Store a body as a look does; return what a side that said it left."""
        table = FORMATS["eskip"].read(body)
        sha256 = hashlib.sha256(body).hexdigest()
        self.bodies[sha256], self.readings[sha256] = body, Facts.of(table)
        return Before(sha256=sha256, digest=table.digest, lines=table.lines, good_routes=1)


def payload(body: bytes, **more: object) -> Payload:
    """A whole answer with this body."""
    sha256 = hashlib.sha256(body).hexdigest()
    return Payload(**{"status": 200, "body": body, "sha256": sha256, **more})  # type: ignore[arg-type]


def order(
    *,
    legacy: str = LEGACY,
    shadow: str | None = SHADOW,
    legacy_before: Before | None = None,
    shadow_before: Before | None = None,
) -> Order:
    """One look to take at two addresses."""
    sides = [
        SideOrder(side, Endpoint(url), before=before or Before())
        for side, url, before in (
            (Side.LEGACY, legacy, legacy_before),
            (Side.SHADOW, shadow or SHADOW, shadow_before),
        )
    ]
    return Order(FORMATS["eskip"], sides[0], sides[1] if shadow else None, REACH)
