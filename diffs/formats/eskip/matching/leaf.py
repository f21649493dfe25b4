"""A route as a leaf of Skipper's tree: where it stands, what it weighs, whether it matches.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: routing/matcher.go (leafWeight, matchLeaf) and routing/datasource.go (processPredicates,
processTreePredicates, parseWeightPredicateArgs) of Skipper.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import inf

from diffs.formats.eskip.matching.address import called
from diffs.formats.eskip.matching.answer import Answer, answer_of
from diffs.formats.eskip.matching.automaton import search_steps
from diffs.formats.eskip.matching.paths import Place, fits, places_of
from diffs.formats.eskip.matching.predicates import (
    DECIDED,
    METHODS,
    PATTERNED,
    UNDECIDED,
    text_of,
    why_undecided,
)
from diffs.formats.eskip.matching.request import Request, header_name
from diffs.formats.eskip.route import Call, Route

MOST_PREDICATES = 40
_TREE = ("Path", "PathSubtree")
_LIGHT_HOST = b"[a-z0-9]+((-[a-z0-9]+)?)*"
"""Some versions of Skipper give a Host that begins so no weight; so both weights are possible."""


@dataclass(frozen=True)
class Leaf:
    """One route, ready to be asked.

    Shapes
        places      where it stands in the tree of paths; none: it is asked after all of the tree
        never       why it takes no request at all, or ""

    Units
        effort          steps that a search with all its patterns takes for each character
        least, most     the bounds of its weight, equal where the weight is sure; infinite where a
                        predicate has a weight of its own that is not known
    """

    route: Route
    places: tuple[Place, ...]
    least: float
    most: float
    effort: int
    never: str = ""

    @cached_property
    def answer(self) -> Answer:
        """What a request gets that it takes."""
        return answer_of(self.route)

    def may_stand_at(self, path: str) -> bool:
        """Tell whether a request for this path gets to ask it, for its place and expressions."""
        probe = Request("", "", path)
        searches = (call for call in self.route.predicates if call.name == "PathRegexp")
        if any(DECIDED[call.name](call, probe) is False for call in searches):
            return False
        return not self.places or any(fits(place, path) for place in self.places)

    def match(self, request: Request) -> bool | None:
        """Tell whether it matches, the path left aside; None where nobody can tell."""
        if len(self.route.predicates) > MOST_PREDICATES:
            return None
        answer: bool | None = True
        for call in self.route.predicates:
            decide = DECIDED.get(call.name)
            said = decide(call, request) if decide else None
            if said is False:
                return False
            if said is None:
                answer = None
        return answer

    def why(self, request: Request) -> str:
        """Say which of its predicates nobody can tell about, "" where that is none."""
        if len(self.route.predicates) > MOST_PREDICATES:
            return f"more than {MOST_PREDICATES} predicates"
        for call in self.route.predicates:
            decide = DECIDED.get(call.name)
            if decide is None or decide(call, request) is None:
                return why_undecided(call)
        return ""


def leaf_of(route: Route) -> Leaf:
    """Return the leaf of a route that was read from a table."""
    least, most = _weight(route.predicates)
    tree = [call for call in route.predicates if call.name in _TREE]
    never = _never(route, tree)
    places: tuple[Place, ...] = ()
    if tree and not never and (path := text_of(tree[0].args[0])):
        places = places_of(path, is_subtree=tree[0].name == "PathSubtree")
        never = "" if places else "its path has a wildcard where Skipper allows none"
    effort = sum(search_steps(call.args[-1]) for call in route.predicates if call.name in PATTERNED)
    return Leaf(route, places, least, most, effort, never)


def _never(route: Route, tree: list[Call]) -> str:
    """Say why Skipper would not load the route, or no request could match it."""
    if len(tree) > 1:
        return "it has more than one of Path and PathSubtree, so Skipper does not load it"
    for call in tree:
        if len(call.args) != 1 or not isinstance(call.args[0], bytes):
            return f"its {call.name} has other arguments than a path, so Skipper does not load it"
    if route.backend_type == "network" and not called(route.backend):
        return "its backend is no address, so Skipper does not load it"
    return next(filter(None, map(_never_by, route.predicates)), "")


def _never_by(call: Call) -> str:
    """Say why this predicate keeps the route from being loaded or matched, else ""."""
    if call.name == "False":
        return "it has a False predicate"
    if call.name == "Methods" and not (call.args and all(map(_is_method, call.args))):
        return "its Methods names what is no method, so Skipper does not load it"
    if call.name == "Weight" and not _is_weight(call):
        return "its Weight is no number, so Skipper does not load it"
    return ""


def _is_method(argument: object) -> bool:
    return text_of(argument).upper() in METHODS


def _is_weight(call: Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], float)


def _weight(predicates: tuple[Call, ...]) -> tuple[float, float]:
    """Return the bounds of the weight: one for each predicate but Path and PathSubtree.

    Header and HeaderRegexp count once for each name of a header.
    """
    least = most = 0.0
    headers: Counter[tuple[str, str]] = Counter()
    for call in predicates:
        if call.name in ("Header", "HeaderRegexp"):
            headers[call.name, text_of(call.args[0])] += 1
            continue
        low, high = _weight_of(call)
        least, most = least + low, most + high
    names = len({(kind, header_name(name)) for kind, name in headers})
    return least + names, most + names


def _weight_of(call: Call) -> tuple[float, float]:
    """Return the bounds of what one predicate weighs."""
    if call.name in _TREE:
        return 0, 0
    if call.name == "Weight" and _is_weight(call) and isinstance(call.args[0], float):
        own = call.args[0]
        return (int(own), int(own)) if abs(own) < 2**31 else (-inf, inf)
    if call.name == "TrafficSegment":
        return 0, 0
    if call.name == "Host" and text_of(call.args[0]).encode().startswith(_LIGHT_HOST):
        return 0, 1
    return (1, 1) if call.name in DECIDED or call.name in UNDECIDED else (-inf, inf)
