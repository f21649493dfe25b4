"""The canonical route: what is left of a route definition once spelling does not matter.

Pure: nothing here imports Django, reads a clock or opens a socket.

Texts are bytes, as they are for Skipper, which never asks whether they are UTF-8.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from math import inf

Arg = bytes | float
Plain = str | float | dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A predicate or a filter; a number is a float, strings and regexps are bytes alike."""

    name: str
    args: tuple[Arg, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return it in the form of JSON."""
        return {"name": self.name, "args": [_plain(arg) for arg in self.args]}


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """One address of a load-balanced backend, and its zone or b""."""

    address: bytes
    zone: bytes = b""

    def as_dict(self) -> dict[str, Plain]:
        """Return it in the form of JSON; an empty zone is left out."""
        zone = {"zone": _plain(self.zone)} if self.zone else {}
        return {"address": _plain(self.address), **zone}


@dataclass(frozen=True, slots=True)
class Route:
    """One route in canonical form.

    Shapes
        id              "" only where a document of one route names none
        predicates      sorted by name and by the JSON text of the arguments; repeats kept
        filters         in the order written, which matters
        backend_type    network, shunt, loopback, dynamic, forward or lb
        backend         of network only
        lb_algorithm    of lb only; b"" is not the same as a named default
        lb_endpoints    of lb only; sorted, repeats kept
    """

    id: str
    predicates: tuple[Call, ...] = ()
    filters: tuple[Call, ...] = ()
    backend_type: str = "network"
    backend: bytes = b""
    lb_algorithm: str = ""
    lb_endpoints: tuple[Endpoint, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return it in the form of JSON; bytes that are no UTF-8 as {"b64": ...}."""
        return {
            "id": self.id,
            "predicates": [call.as_dict() for call in self.predicates],
            "filters": [call.as_dict() for call in self.filters],
            "backendType": self.backend_type,
            "backend": _plain(self.backend),
            "lbAlgorithm": self.lb_algorithm,
            "lbEndpoints": [endpoint.as_dict() for endpoint in self.lb_endpoints],
        }


def sort_key(call: Call) -> tuple[str, str]:
    """Return what predicates are sorted by."""
    return call.name, json.dumps([_plain(arg) for arg in call.args])


def _plain(value: Arg) -> Plain:
    if isinstance(value, float):
        return {"num": "+Inf" if value > 0 else "-Inf"} if abs(value) == inf else value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"b64": b64encode(value).decode()}
