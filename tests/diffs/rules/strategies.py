"""Pairs of routes that differ as real ones do, and rules of all kinds for them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from diffs.formats.eskip.canonical import print_pieces
from diffs.formats.eskip.route import Call, Endpoint, Route, sort_key
from diffs.formats.eskip.voice import VOICE, text_of
from diffs.report import Finding, Kind
from tests.diffs.rules.ruling import rule

DEFAULTS = (Call("disableAccessLog", (2.0, 3.0)), Call("fifo", (2000.0, 20.0, b"1s")))
NO_ENDPOINTS = (Call("status", (502.0,)), Call("inlineContent", (b"no endpoints",)))
CALLS = [
    Call("comment", (b"x",)),
    Call("fifo", (10.0, b"3s")),
    Call("lifo"),
    Call("flowId", (b"reuse",)),
    Call("flowId", (b'a"b\\\n\xff',)),
    Call("setPath", (b"/" + b"p" * 300,)),
    *DEFAULTS,
    *NO_ENDPOINTS,
]
PREDICATES = [
    Call("Header", (b"x-a", b"1")),
    Call("HeaderRegexp", (b"X-b", b"[0-9]")),
    Call("Path", (b"/v1",)),
    Call("PathSubtree", (b"/v1",)),
    Call("Traffic", (0.5,)),
]
HOSTS = [b"http://10.0.0.1:80", b"http://10.0.0.2:80", b"http://10.0.0.1:81", b"http://a/p?x=1"]
ENDPOINTS = [Endpoint(host, zone) for host in HOSTS for zone in (b"", b"z1", b"z 2")]

filters = st.lists(st.sampled_from(CALLS), max_size=5).map(tuple)
predicates = st.sets(st.sampled_from(PREDICATES), max_size=3).map(
    lambda calls: tuple(sorted(calls, key=sort_key))
)


@st.composite
def backends(draw):
    kind = draw(st.sampled_from(["network", "lb", "shunt", "none ready"]))
    if kind == "network":
        return {"backend": draw(st.sampled_from(HOSTS))}
    if kind == "lb":
        some = draw(st.lists(st.sampled_from(ENDPOINTS), min_size=1, max_size=3))
        algorithm = draw(st.sampled_from(["", "roundRobin", "random"]))
        return {
            "backend_type": "lb",
            "lb_algorithm": algorithm,
            "lb_endpoints": tuple(sorted(some)),
        }
    more = {"filters": NO_ENDPOINTS} if kind == "none ready" else {}
    return {"backend_type": "shunt", **more}


@st.composite
def routes(draw):
    parts = {"predicates": draw(predicates), "filters": draw(filters), **draw(backends())}
    return Route("", **parts)


def _with_filters(change):
    return lambda draw, route: replace(route, filters=change(draw, route.filters))


def _inserted(draw, calls):
    place = draw(st.integers(0, len(calls)))
    return (*calls[:place], draw(st.sampled_from(CALLS)), *calls[place:])


def _other_case(draw, route):
    return replace(
        route,
        predicates=tuple(
            Call(each.name, (each.args[0].upper(), *each.args[1:]))
            if each.name.startswith("Header")
            else each
            for each in route.predicates
        ),
    )


def _other_backend(draw, route):
    return replace(Route("", route.predicates, route.filters), **draw(backends()))


NOISE = [
    _with_filters(lambda _, calls: DEFAULTS + calls),
    _with_filters(lambda _, calls: calls + DEFAULTS),
    _with_filters(lambda _, calls: (Call("comment"), *calls)),
    _with_filters(lambda _, calls: (Call("fifo", (1.0,)), *calls, CALLS[1])),
    _other_case,
    lambda _, route: replace(
        route, lb_endpoints=tuple(Endpoint(each.address) for each in route.lb_endpoints)
    ),
    lambda _, route: replace(
        route, lb_algorithm="roundRobin" if route.backend_type == "lb" else ""
    ),
]
"""What rules are made for."""

CHANGES = [
    *NOISE,
    *NOISE,
    _with_filters(_inserted),
    _with_filters(lambda _, calls: calls[1:]),
    _other_backend,
    lambda draw, route: replace(route, predicates=draw(predicates)),
]


def canonical(route):
    return text_of(print_pieces(route))


ONE_KEY = st.just("kube_a")


@st.composite
def differing(draw, keys=ONE_KEY):
    """Return the finding of two routes of one id that are a few changes apart."""
    left = right = draw(routes())
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=2)):
        right = change(draw, right)
    if draw(st.booleans()):
        left, right = right, left
    one, other = canonical(left), canonical(right)
    key = draw(keys)
    if one == other:
        return Finding(key, Kind.ONLY_IN_LEGACY, one, "")
    return Finding(key, VOICE.kind(one, other), one, other)


ON_ROUTES = [
    rule("ignore-zone"),
    rule("default-lb-algorithm"),
    rule("header-name-case"),
    rule("drop-filter", {"names": ["comment", "lifo"]}),
    *(rule("keep-last", rule_id=f"keep-{side}", side=side) for side in ("legacy", "shadow")),
    *(
        rule(
            "strip-filters",
            {"filters": 'disableAccessLog(2, 3) -> fifo(2000, 20, "1s")', "place": place},
            rule_id=f"{place}-{side}",
            side=side,
        )
        for place in ("prepend", "append")
        for side in ("legacy", "shadow")
    ),
    *(
        rule(
            "rewrite",
            {"pattern": {"literal": "/v1"}, "text": "/v2", "of": of},
            rule_id=f"{of}-{side}",
            side=side,
        )
        for of in ("predicates", "filters")
        for side in ("legacy", "shadow")
    ),
    rule("rewrite", {"pattern": {"re2": "reuse|pppp"}, "text": "p"}, rule_id="endless"),
]
PODS = rule("ignore-endpoints")
BY_NAME = [
    rule("ignore-id", {"pattern": {"literal": "kube_b"}}, rule_id=f"id-{side}", side=side)
    for side in ("legacy", "shadow", "both")
]
REST = [rule("match-by-content"), rule("explained-by-invalid")]
EVERY_RULE = [*ON_ROUTES, PODS, *BY_NAME, *REST]
