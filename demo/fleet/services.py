"""What a cluster runs: services with ready endpoints, and the routes that lead to each of them.

Route ids are written as Skipper's Kubernetes client writes them, `kube_NS__NAME__HOST__PATH__SVC`
for an Ingress and `kube_rg__NS__NAME__METHOD|all__I_J` for a RouteGroup.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from demo.fleet.dice import dice
from demo.fleet.routes import Call, Route

NAMESPACES = (
    *("cart", "catalog", "checkout", "customer", "delivery", "fashion", "loyalty", "orders"),
    *("partner", "payment", "pricing", "returns", "search", "sizing", "stock", "wishlist"),
)
DUTIES = (
    *("api", "gateway", "history", "importer", "index", "lookup", "notifier", "planner"),
    *("report", "rules", "scoring", "suggest", "sync", "tracker", "views", "worker"),
)
RESOURCES = ("articles", "batches", "events", "items", "labels", "offers", "parcels", "sessions")

EVERY_ROUTE = (Call("disableAccessLog", (2, 3, 404, 429)), Call("fifo", (2000, 20, "1s")))
KEEP_FLOW_ID = Call("flowId", ("reuse",))
RENEW_FLOW_ID = Call("flowId", ("renew",))
MISSPELT = Call("corsOrigins", ("https://www.example.org",))
"""A filter that no Skipper has."""
SCOPES = tuple(
    Call("oauthTokeninfoAllScope", ("uid", f"{name}.{verb}"))
    for name in NAMESPACES
    for verb in ("read", "write")
)
SOME_FILTERS = (
    Call("compress", ("image/svg+xml",)),
    Call("consecutiveBreaker", (15,)),
    Call("corsOrigin", ("https://www.example.org", "https://m.example.org")),
    Call("backendTimeout", ("10s",)),
    Call("backendTimeout", ("30s",)),
    Call("modPath", ("^/v[0-9]+/", "/")),
    Call("setQuery", ("channel", "web")),
    Call("preserveHost", ("true",)),
)
METHODS = tuple(Call("Method", (name,)) for name in ("GET", "POST", "PUT", "DELETE", "PATCH"))
HEADERS = (Call("Header", ("X-Tenant", "partner")), Call("Header", ("X-Beta", "1")))
ALGORITHMS = ("roundRobin", "roundRobin", "roundRobin", "random", "consistentHash")
MOST_ENDPOINTS = 10


@dataclass(frozen=True)
class Service:
    """A service with its ready endpoints, and the routes to it, which all show the same ones."""

    name: str
    endpoints: tuple[str, ...]
    routes: tuple[Route, ...]

    def with_endpoints(self, endpoints: tuple[str, ...]) -> Service:
        """Return the service with other ready endpoints, in each of its routes too."""
        routes = tuple(
            route if route.backend else route.with_endpoints(endpoints) for route in self.routes
        )
        return replace(self, endpoints=endpoints, routes=routes)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a route stands: the number of those of one name and host."""

    namespace: str
    name: str
    host: str
    number: int


@lru_cache(maxsize=64)
def services_of(
    key: str, *, routes: int, seed: int, domain: str = "example.org"
) -> tuple[Service, ...]:
    """Make the services of one cluster; fleets of one process share them.

    Shapes
        key     what the services follow from; another key gives other services
        domain  where their host names end
        return  services that have exactly `routes` routes together, ids unique
    """
    chance = dice(seed, key, "services")
    services: list[Service] = []
    left = routes
    while left:
        made = _service(len(services), min(left, chance.randint(1, 6)), domain, chance)
        services.append(made)
        left -= len(made.routes)
    return tuple(services)


def new_endpoint(chance: random.Random) -> str:
    """Return the address of one pod."""
    block, row, place = chance.randrange(8), chance.randrange(256), chance.randrange(1, 255)
    return f"http://10.{block}.{row}.{place}:8080"


def other_endpoints(endpoints: tuple[str, ...], chance: random.Random) -> tuple[str, ...]:
    """Scale a service up or down by one pod, replace one, or lose or regain all of them."""
    fresh = new_endpoint(chance)
    while fresh in endpoints:
        fresh = new_endpoint(chance)
    if not endpoints:
        return (fresh,)
    rest = list(endpoints)
    rest.pop(chance.randrange(len(rest)))
    step = chance.choice(("more", "fewer", "other"))
    if step == "more" and len(endpoints) < MOST_ENDPOINTS:
        return (fresh, *endpoints)
    return tuple(rest) if step == "fewer" else (fresh, *rest)


def _service(number: int, routes: int, domain: str, chance: random.Random) -> Service:
    namespace = NAMESPACES[number % len(NAMESPACES)]
    name = f"{namespace}-{chance.choice(DUTIES)}-{number}"
    ready = chance.choices((0, 1, 2, 3, 5, 8, 10), weights=(3, 20, 30, 22, 15, 6, 4))[0]
    endpoints = tuple({new_endpoint(chance): None for _ in range(ready)})
    make = _route_group if _happens(chance, 0.65) else _ingress
    host = f"{name}.{namespace}.{domain}"
    made = tuple(make(Place(namespace, name, host, place), chance) for place in range(routes))
    return Service(name, endpoints, made).with_endpoints(endpoints)


def _route_group(at: Place, chance: random.Random) -> Route:
    method = chance.choice(METHODS) if _happens(chance, 0.6) else None
    predicates = [_path(at.number, chance), _host(at.host)]
    predicates += [HEADERS[1], HEADERS[0]] if _happens(chance, 0.08) else []
    predicates += [Call("Traffic", (0.25,))] if _happens(chance, 0.04) else []
    predicates += [method] if method else []
    verb = str(method.args[0]).lower() if method else "all"
    ident = f"kube_rg__{_word(at.namespace)}__{_word(at.name)}__{verb}__{at.number}_0"
    filters = (*_filters(at.name, chance), KEEP_FLOW_ID)
    return Route(ident, tuple(predicates), filters, algorithm=chance.choice(ALGORITHMS))


def _ingress(at: Place, chance: random.Random) -> Route:
    path = f"/{chance.choice(RESOURCES)}/{at.number}"
    predicates = [Call("PathRegexp", (f"^{path}",)), _host(at.host)]
    predicates += [Call("Weight", (chance.randint(2, 9),))] if _happens(chance, 0.2) else []
    names = (at.namespace, at.name, at.host, path, at.name)
    ident = f"kube_{'__'.join(map(_word, names))}"
    if _happens(chance, 0.05):
        redirect = Call("redirectTo", (308, "https:"))
        return Route(f"{ident}_https_redirect", tuple(predicates), (redirect,), backend="<shunt>")
    outer = '"https://partner.example.net"' if _happens(chance, 0.03) else ""
    return Route(ident, tuple(predicates), _filters(at.name, chance), backend=outer)


def _path(place: int, chance: random.Random) -> Call:
    resource = chance.choice(RESOURCES)
    if _happens(chance, 0.3):
        return Call("Path", (f"/v{place}/{resource}/:id",))
    return Call("PathSubtree", (f"/v{place}/{resource}",))


def _host(host: str) -> Call:
    return Call("Host", (f"^({host.replace('.', '[.]')}[.]?(:[0-9]+)?)$",))


def _filters(name: str, chance: random.Random) -> tuple[Call, ...]:
    filters = [*EVERY_ROUTE]
    filters += [chance.choice(SCOPES)] if _happens(chance, 0.6) else []
    if _happens(chance, 0.3):
        filters.append(Call("clusterClientRatelimit", (name, chance.randrange(10, 999), "1s")))
    filters += chance.sample(SOME_FILTERS, chance.randrange(3))
    return (*filters, Call("setRequestHeader", ("X-App", name)))


def _happens(chance: random.Random, rate: float) -> bool:
    return chance.random() < rate


def _word(text: str) -> str:
    return re.sub(r"\W", "_", text)
