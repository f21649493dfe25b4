"""What single predicates say to a request: yes, no, or nobody can tell from the request alone.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: docs/reference/predicates.md, routing/matcher.go (matchLeaf), predicates/methods and
predicates/primitive of Skipper.
"""

from __future__ import annotations

from collections.abc import Callable

from diffs.formats.eskip.matching.automaton import finds
from diffs.formats.eskip.matching.request import Request, header_name
from diffs.formats.eskip.route import Call
from diffs.formats.eskip.voice import legible

METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE")
)
"""What Methods() takes; a route that names another is not loaded."""

PATTERNED = ("Host", "PathRegexp", "HeaderRegexp")
"""Predicates whose last argument is an expression."""

_NEVER_A_HEADER = ("Host", "Transfer-Encoding", "Trailer")
"""Go's server moves these out of the headers of a request."""


def text_of(argument: object) -> str:
    """Return a string argument as text; what is no UTF-8 becomes escapes, which match nothing."""
    return argument.decode("utf-8", "backslashreplace") if isinstance(argument, bytes) else ""


def _finds(pattern: object, text: str) -> bool | None:
    return finds(pattern, text) if isinstance(pattern, bytes) else None


def _host(call: Call, request: Request) -> bool | None:
    return _finds(call.args[0], request.host)


def _path_regexp(call: Call, request: Request) -> bool | None:
    return _finds(call.args[0], request.path)


def _method(call: Call, request: Request) -> bool | None:
    return text_of(call.args[0]) == request.method


def _methods(call: Call, request: Request) -> bool | None:
    return request.method.upper() in {text_of(arg).upper() for arg in call.args}


def _value(call: Call, request: Request) -> str | None:
    name = header_name(text_of(call.args[0]))
    return None if name in _NEVER_A_HEADER else dict(request.headers).get(name)


def _header(call: Call, request: Request) -> bool | None:
    value = _value(call, request)
    return value is not None and value == text_of(call.args[1])


def _header_regexp(call: Call, request: Request) -> bool | None:
    value = _value(call, request)
    return False if value is None else _finds(call.args[1], value)


DECIDED: dict[str, Callable[[Call, Request], bool | None]] = {
    "Host": _host,
    "PathRegexp": _path_regexp,
    "Method": _method,
    "Methods": _methods,
    "Header": _header,
    "HeaderRegexp": _header_regexp,
    "True": lambda _call, _request: True,
    "False": lambda _call, _request: False,
    "Path": lambda _call, _request: True,
    "PathSubtree": lambda _call, _request: True,
    "Weight": lambda _call, _request: True,
}
"""Predicate -> its answer; those of the tree of paths are asked there."""

_WHY = {
    "chooses by chance": "Traffic TrafficSegment",
    "looks at cookies": "Cookie",
    "looks into a token": (
        "JWTPayloadAnyKV JWTPayloadAllKV JWTPayloadAnyKVRegexp JWTPayloadAllKVRegexp"
    ),
    "looks at the query": "QueryParam",
    "looks at the client's address": "Source SourceFromLast ClientIP",
    "looks at the clock": "Between Before After Cron",
    "looks at the state of Skipper": "Shutdown",
    "looks at the length of the body": "ContentLengthBetween",
    "looks at forwarded headers": "ForwardedHost ForwardedProtocol",
    "compares the host in a way that is not followed here": "HostAny",
}
UNDECIDED = {name: why for why, names in _WHY.items() for name in names.split()}
"""Documented predicate -> why a method, host, path and headers do not tell its answer."""


def why_undecided(call: Call) -> str:
    """Say why nobody can tell whether this predicate matches: "a Cookie predicate, which …"."""
    if call.name not in DECIDED:
        why = UNDECIDED.get(call.name, "is not followed here")
        article = "an" if call.name[0] in "AEIOU" else "a"
        return f"{article} {call.name} predicate, which {why}"
    pattern = next((arg for arg in reversed(call.args) if isinstance(arg, bytes)), b"")
    shown = legible(pattern[:80]) + ("…" if len(pattern) > 80 else "")  # noqa: PLR2004
    return f"a {call.name} predicate whose pattern is not followed here: {shown}"
