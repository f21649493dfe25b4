"""Header names as Go writes them, by which Skipper looks headers up.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: http.CanonicalHeaderKey of Go; routing/matcher.go of Skipper 0.27 calls it on the names of
Header and HeaderRegexp, and keeps one value for each name it has called so.
"""

from __future__ import annotations

import re
from dataclasses import replace

from diffs.formats.eskip.route import Call, Route

HEADERS = frozenset({"Header", "HeaderRegexp"})

_TOKEN = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def canonical_name(name: bytes) -> bytes:
    """Return a header name with a capital at each word; as it stands where it is no such name."""
    if not _TOKEN.fullmatch(name):
        return name
    return b"-".join(word[:1].upper() + word[1:].lower() for word in name.split(b"-"))


def with_canonical_names(route: Route) -> Route:
    """Return a route whose header predicates name their headers as Go does.

    Two spellings of one name in one route stay as they are: Skipper keeps one of them by chance.
    """
    spelled = {(call.name, name) for call in route.predicates if (name := _name(call)) is not None}
    if len({(kind, canonical_name(name)) for kind, name in spelled}) < len(spelled):
        return route
    predicates = tuple(_canonical(call) for call in route.predicates)
    return route if predicates == route.predicates else replace(route, predicates=predicates)


def _name(call: Call) -> bytes | None:
    name = call.args[0] if call.name in HEADERS and call.args else None
    return name if isinstance(name, bytes) else None


def _canonical(call: Call) -> Call:
    name = _name(call)
    return call if name is None else Call(call.name, (canonical_name(name), *call.args[1:]))
