"""What is known of Skipper and routesrv that explains a difference between their tables.

Pure. A sentence says where to look, never that a difference is fine: that is for a person. Facts
about both, from the sources of Skipper 0.27.65: it leaves out of its table what it cannot load,
while routesrv publishes it; it makes some routes itself; of the filters below it keeps the last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import quote

from diffs.report import Kind

KEPT_LAST = ("fifo", "lifo", "admissionControl")

_OWN = re.compile(
    r"kube__healthz_up|kube__redirect|\w+_https_redirect|kubeew_\w+|__oauth2_grant_callback"
)
_NAME = re.compile(r"-> (\w+)\(")

INVALID = (
    "Skipper leaves out of its own table what it cannot load, routesrv publishes it all the same."
    " Whether that is so here, the legacy side says itself, with the reason:"
)
OWN = (
    "Skipper makes a route of this name itself, beside those it reads from Kubernetes, so it is"
    " known to stand on the legacy side alone."
)
LAST = (
    "Of several {names} in a route Skipper keeps the last, routesrv prints them all. Apart from"
    " that both sides say the same here."
)


def known_reason(kind: str, key: str, left: Sequence[str], right: Sequence[str]) -> str:
    """Return what is known to cause such a difference; "" where nothing is.

    Shapes: both sides as lines of the format; a side without the route has none.
    """
    if kind == Kind.ONLY_IN_SHADOW:
        return INVALID
    if kind == Kind.ONLY_IN_LEGACY and _OWN.fullmatch(key):
        return OWN
    if kind == Kind.FILTER and list(left) == _last_of_each(right):
        repeated = [name for name in KEPT_LAST if _names(right).count(name) > 1]
        return LAST.format(names=" and ".join(repeated))
    return ""


def invalid_routes_command(address: str) -> str:
    """Return the command that asks a Skipper for the routes it could not load, and why."""
    joint = "&" if "?" in address else "?"
    return f"curl -H 'Accept: application/json' {quote(f'{address}{joint}invalid=true')}"


def _last_of_each(lines: Sequence[str]) -> list[str]:
    """Return the lines as Skipper keeps them: without a filter that comes again later."""
    names = _names(lines)
    return [
        line
        for place, line in enumerate(lines)
        if names[place] not in KEPT_LAST or names[place] not in names[place + 1 :]
    ]


def _names(lines: Sequence[str]) -> list[str]:
    """Return the name of the filter in each line, "" where it is none."""
    return [found[1] if (found := _NAME.match(line)) else "" for line in lines]
