"""Findings and rules as tests write them."""

from __future__ import annotations

from dataclasses import replace

from diffs.compare import compare
from diffs.formats import FORMATS
from diffs.formats.eskip.voice import VOICE
from diffs.report import Finding, Kind
from diffs.rules.apply import Context, apply_rules
from diffs.rules.kinds.match_by_content import unique_routes
from diffs.rules.rule import read_rule

EVERYWHERE = Context({"rollout": "routesrv", "tier": "test", "target": "kube-1", "rank": 1})


def rule(kind, options=None, *, rule_id=None, side=None, scope=None):
    """Return a rule of a kind, under the kind's name as its id."""
    given = {"kind": kind, "options": options or {}, "scope": scope or {}}
    return read_rule(rule_id or kind, given if side is None else {**given, "side": side})


def text(written):
    """Return the canonical text of a route written without its id; "" of none."""
    return VOICE.text(b"r: " + written.encode()) if written else ""


def finding(left, right, *, key="kube_shop__cart"):
    """Return the finding that two different routes of one id make."""
    one, other = text(left), text(right)
    if one and other:
        return Finding(key, VOICE.kind(one, other), one, other)
    return Finding(key, Kind.ONLY_IN_LEGACY if one else Kind.ONLY_IN_SHADOW, one, other)


def context_of(legacy, shadow, *, invalid=None):
    """Return the context of the comparison of two documents, and its findings."""
    read = FORMATS["eskip"].read
    one, other = read(legacy.encode()), read(shadow.encode())
    found = compare(one, other).findings if one.routes else ()
    unique = unique_routes(found, legacy=one, shadow=other)
    return replace(EVERYWHERE, invalid=invalid or {}, unique=unique), found


def hides(rules, left, right, *, context=EVERYWHERE):
    """Say whether rules hide what two routes of one id say differently."""
    return bool(ruled([finding(left, right)], *rules, context=context).hidden)


def ruled(found, *rules, context=EVERYWHERE):
    """Return findings parted by rules."""
    return apply_rules(found, rules, context=context)
