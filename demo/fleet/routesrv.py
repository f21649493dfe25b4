"""A route server: the document it serves, its views by zone, and what its metrics count."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from demo.fleet.plot import Change
from demo.fleet.routes import Route

POLL_SECONDS = 3.0
ZONE_MINIMUM = 3
"""A zone's view keeps to the endpoints of that zone where a route has at least so many there."""


@dataclass(frozen=True)
class Document:
    """The printed bytes of one version; packed once, when somebody asks for it."""

    body: bytes
    digest: str

    @cached_property
    def gzipped(self) -> bytes:
        """The body as a client gets it that accepts gzip."""
        return gzip.compress(self.body, 1, mtime=0)


@dataclass
class RouteServer:
    """The deployment of a route server in one cluster.

    Shapes
        routes  id -> route as it is served
        zones   names of the zones of the cluster
        writes  route id -> how this server writes that route, where not as it is

    Units
        loaded_at, updated_at, failing_since  unix seconds; None: not yet, not at all
    """

    zones: tuple[str, ...]
    writes: dict[str, Change] = field(default_factory=dict)
    is_deployed: bool = True
    loaded_at: float | None = None
    updated_at: float = 0.0
    failing_since: float | None = None
    routes: dict[str, Route] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def is_loaded(self) -> bool:
        """Whether a first table was ever loaded."""
        return self.loaded_at is not None

    @property
    def is_failing(self) -> bool:
        """Whether it fails to read its cluster."""
        return self.failing_since is not None

    def load(self, routes: Iterable[Route], at: float) -> None:
        """Take a whole first table."""
        self.loaded_at = at
        self.routes = {}
        self.take(routes, at)

    def take(self, routes: Iterable[Route], at: float) -> None:
        """Take what changed, written in the way of this server; nothing before the first load."""
        if not self.is_loaded:
            return
        for route in routes:
            write = self.writes.get(route.ident)
            self.routes[route.ident] = write(route) if write else route
        self.updated_at = at
        self.documents.clear()

    def remove(self) -> None:
        """Take the deployment away."""
        self.is_deployed = False
        self.loaded_at = None
        self.routes = {}
        self.documents.clear()

    def document(self, zone: str = "") -> Document:
        """Return the document, or a zone's view of it; an unknown zone gives the full table.

        Printed once for each version and zone.
        """
        known = zone if zone in self.zones else ""
        if known not in self.documents:
            ordered = [self.routes[ident] for ident in sorted(self.routes)]
            lines = [self._in_zone(route, known).routesrv_line for route in ordered]
            body = b"\n".join(lines)
            self.documents[known] = Document(body, hashlib.sha256(body).hexdigest())
        return self.documents[known]

    def fetch_errors(self, now: float) -> int:
        """Return how often it has failed to read its cluster."""
        if self.failing_since is None:
            return 0
        return int((now - self.failing_since) / POLL_SECONDS)

    def _in_zone(self, route: Route, zone: str) -> Route:
        if not zone:
            return route
        near = tuple(one for one in route.endpoints if self.zone_of(one) == zone)
        return route.with_endpoints(near) if len(near) >= ZONE_MINIMUM else route

    def zone_of(self, endpoint: str) -> str:
        """Return the zone in which an endpoint runs: the last part of its address decides."""
        last = endpoint.rsplit(".", 1)[-1].partition(":")[0]
        return self.zones[int(last) % len(self.zones)]
