"""One route of the fleet as a value; its two printed forms are kept beside it.

Sources: Skipper's eskip printer and its Kubernetes client (three kinds of backend by the number of
ready endpoints).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

Argument = str | int | float


@dataclass(frozen=True, slots=True)
class Call:
    """A predicate or filter with its arguments."""

    name: str
    args: tuple[Argument, ...] = ()


NO_ENDPOINTS = (Call("status", (502,)), Call("inlineContent", ("no endpoints",)))
"""What Skipper's Kubernetes client answers with where a service has no ready endpoint."""

FIELD_RANK = {"Path": 0, "Host": 1, "PathRegexp": 2, "Method": 3, "Header": 4, "HeaderRegexp": 5}
"""Predicates that Skipper moves to fields of their own, in the order in which it prints them."""

REGEXP_ARGUMENT = {"Host": 0, "PathRegexp": 0, "HeaderRegexp": 1}
"""Which argument of these predicates Skipper prints as a regexp literal."""


@dataclass(frozen=True)
class Route:
    """One route as its manifest orders it.

    Shapes
        predicates  in the order of the manifest
        filters     in order; replaced by NO_ENDPOINTS while the service has no endpoint
        endpoints   in the order in which the route server lists them
        backend     a backend in eskip that is no service ("<shunt>", an outer address), else ""
        defaults    filters that the reader puts before all others, whatever they are
    """

    ident: str
    predicates: tuple[Call, ...]
    filters: tuple[Call, ...]
    endpoints: tuple[str, ...] = ()
    algorithm: str = "roundRobin"
    backend: str = ""
    defaults: tuple[Call, ...] = ()

    @property
    def is_without_endpoints(self) -> bool:
        """Whether a service is behind the route and none of its pods is ready."""
        return not self.backend and not self.endpoints

    @property
    def filters_in_force(self) -> tuple[Call, ...]:
        """The filters as they are shown."""
        own = NO_ENDPOINTS if self.is_without_endpoints else self.filters
        return (*self.defaults, *own)

    @cached_property
    def skipper_line(self) -> bytes:
        """The route as Skipper's `/routes?nopretty` prints it, with its semicolon."""
        return f"{self.ident}: {' -> '.join(self.skipper_parts())};".encode()

    @cached_property
    def routesrv_line(self) -> bytes:
        """The route as the route server prints it, with its semicolon."""
        predicates = " && ".join(map(print_call, self.predicates)) or "*"
        filters = map(print_call, self.filters_in_force)
        parts = (predicates, *filters, self._printed_backend(self.endpoints))
        return f"{self.ident}: {' -> '.join(parts)};".encode()

    def skipper_pretty(self) -> bytes:
        """Return the route as Skipper prints it for people: two spaces, a line for each step."""
        separator = "\n  -> "
        return f"{self.ident}: {separator.join(self.skipper_parts())};".encode()

    def skipper_parts(self) -> list[str]:
        """Return predicates, filters and backend as Skipper writes each of them."""
        predicates = " && ".join(_print_field(call) for call in self.skipper_predicates()) or "*"
        filters = [print_call(call) for call in self.filters_in_force]
        return [predicates, *filters, self._printed_backend(tuple(sorted(self.endpoints)))]

    def skipper_predicates(self) -> list[Call]:
        """Return the predicates in Skipper's order: those with a field first, headers by name."""
        fields = [call for call in self.predicates if call.name in FIELD_RANK]
        fields.sort(key=lambda call: (FIELD_RANK[call.name], str(call.args)))
        return fields + [call for call in self.predicates if call.name not in FIELD_RANK]

    def with_endpoints(self, endpoints: tuple[str, ...]) -> Route:
        """Return the route with other ready endpoints."""
        return replace(self, endpoints=endpoints)

    def with_filter(self, old: Call, new: Call) -> Route:
        """Return the route with `new` in the place of each `old`."""
        filters = tuple(new if call == old else call for call in self.filters)
        return replace(self, filters=filters)

    def _printed_backend(self, endpoints: tuple[str, ...]) -> str:
        if self.backend:
            return self.backend
        if not endpoints:
            return "<shunt>"
        if len(endpoints) == 1:
            return f'"{endpoints[0]}"'
        quoted = ", ".join(f'"{endpoint}"' for endpoint in endpoints)
        return f"<{self.algorithm}, {quoted}>"


def print_call(call: Call) -> str:
    """Print a predicate or filter with string literals, as `Route.String` of Skipper does."""
    return f"{call.name}({', '.join(map(_print_argument, call.args))})"


def _print_field(call: Call) -> str:
    place = REGEXP_ARGUMENT.get(call.name)
    printed = [
        _print_regexp(str(argument)) if number == place else _print_argument(argument)
        for number, argument in enumerate(call.args)
    ]
    return f"{call.name}({', '.join(printed)})"


def _print_argument(argument: Argument) -> str:
    if isinstance(argument, str):
        escaped = argument.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
        return f'"{escaped}"'
    return f"{argument:g}" if isinstance(argument, float) else str(argument)


def _print_regexp(pattern: str) -> str:
    escaped = pattern.replace("\\", "\\\\").replace("/", "\\/")
    return f"/{escaped}/"
