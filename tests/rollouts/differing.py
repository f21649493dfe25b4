"""Differences on the stage: variants of one shape that targets show, and what people say of them.

Ann requests, Bob and Carol approve, Olga operates, Vera may only look.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from diffs.models import Difference, Finding, Occurrence, Review, Variant
from diffs.queries.variants import present_variants
from diffs.verdicts import Verdict
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.operations.give_verdict import Saying, give_verdict
from rollouts.permissions.roles import Role
from rollouts.seen_variants import seen_of
from tests.rollouts.stage import collector_beats, load, person, stand, target

LEFT = '{key}: Path("/{key}")\n-> flowId("reuse")\n-> "http://a.example.org";'
RIGHT = '{key}: Path("/{key}")\n-> flowId("{value}")\n-> "http://a.example.org";'


def difference(shape: str = "flowId", **fields: Any) -> Difference:
    """Return a difference of routesrv that is believed since an hour."""
    now = database_now()
    first = now - timedelta(hours=1)
    found, _ = Difference.objects.get_or_create(
        rollout=fields.pop("rollout", "routesrv"),
        shape="v1:" + hashlib.sha256(shape.encode()).hexdigest()[:32],
        defaults={
            "format": "eskip",
            "kind": "filter",
            "label": "behavioural",
            "sentence": f"filter {shape} argument 1: <word> → <word>",
            "first_seen_at": first,
            "last_seen_at": now,
            **fields,
        },
    )
    return found


def shown_by(
    one: Difference, target: Target, key: str = "kube_a", value: str = "renew"
) -> Occurrence:
    """Let a target show a variant of a difference: a route with a value."""
    now = database_now()
    exact = "v1:" + hashlib.sha256(f"{one.shape} {key} {value}".encode()).hexdigest()[:32]
    variant, _ = Variant.objects.get_or_create(
        difference=one,
        exact=exact,
        defaults={"key": key, "sentence": f'filter flowId argument 1: "reuse" → "{value}"'},
    )
    finding, _ = Finding.objects.get_or_create(
        digest=hashlib.sha256(exact.encode()).hexdigest()[:32],
        defaults={
            "key": key,
            "kind": one.kind,
            "left": LEFT.format(key=key),
            "right": RIGHT.format(key=key, value=value),
            "last_seen_at": now,
        },
    )
    occurrence = Occurrence.objects.create(
        source_id=target.source_id,
        finding=finding,
        variant=variant,
        key=key,
        first_seen_at=now,
        first_look=1,
        last_seen_at=now,
        confirmed_at=now,
    )
    _count(one)
    return occurrence


def _count(one: Difference) -> None:
    """Keep the counts of a difference as the looks would."""
    rows = Occurrence.objects.filter(variant__difference=one, resolved_at=None)
    one.targets = rows.values("source").distinct().count()
    one.routes = rows.count()
    one.widest = max(one.widest, one.targets)
    one.save(update_fields=["targets", "routes", "widest"])


def ann() -> User:
    return person("ann", Role.REQUESTER)


def bob() -> User:
    return person("bob", Role.APPROVER)


def carol() -> User:
    return person("carol", Role.APPROVER)


def olga() -> User:
    return person("olga", Role.OPERATOR)


def vera() -> User:
    return person("vera", Role.VIEWER)


def saying(one: Difference, verdict: Verdict = Verdict.BUG, **fields: Any) -> Saying:
    """Return what a person says who sees all that is there."""
    expected = {"until": database_now() + timedelta(days=7), "owner": bob()}
    told: dict[str, Any] = {
        "verdict": verdict,
        "reason": "the new side renews every flow id",
        "seen": seen_of(variant.pk for variant in present_variants(one.pk)),
        "request_key": secrets.token_hex(16),
        **(expected if verdict is Verdict.EXPECTED else {}),
        **fields,
    }
    return Saying(**told)


def said(
    one: Difference, verdict: Verdict = Verdict.BUG, *, by: User | None = None, **fields: Any
) -> Review:
    """Return the review after somebody, Bob unless it says who, gave a verdict."""
    return give_verdict(one, saying(one, verdict, **fields), actor=by or bob(), now=database_now())


def counting(one: Difference) -> list[Review | None]:
    """Return what counts of each variant of a difference, in order."""
    rows = Variant.objects.filter(difference=one).select_related("review").order_by("pk")
    return [variant.review for variant in rows]


def differing_targets() -> None:
    """Load the small fleet, each of its targets under routesrv different."""
    load()
    collector_beats()
    for alias in ("kube-1", "kube-2", "kube-3"):
        stand(target(alias), "different")


def difference_at_two() -> Difference:
    """Return a difference of two variants: one at two targets, one at the second alone."""
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b", "another")
    return found
