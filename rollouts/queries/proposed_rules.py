"""The rules that would hide a difference, as the page of a new rule offers them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import F

from diffs.models import Difference, Occurrence
from diffs.report import Finding, Kind
from diffs.rules.proposals import Asked, Proposal, proposals
from diffs.rules.rule import read_rule
from diffs.rules.words import what_it_does, where_it_holds

MOST = 500
"""Findings of a difference that a proposed rule is tried on."""

NOBODY = (
    "No single rule makes these routes equal: what differs is in more than one part of them, or"
    " nothing but the routes themselves. Write one, or say in the difference what it is."
)
NEVER = "No rule hides a refused route or a repeated id."
PARTLY = "No single rule hides every value of it. This one hides the value that is seen most."


@dataclass(frozen=True, slots=True)
class Offer:
    """One rule that is offered, in words."""

    width: str
    what: str
    where: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What can be made of a difference.

    Shapes
        offers      the narrowest first
        note        why there are none, or what they leave; "" where they hide all of it
        tried       how many findings they were tried on
    """

    difference: int
    name: str
    sentence: str
    offers: tuple[Offer, ...]
    note: str
    tried: int


def proposed_from(difference_id: int) -> Proposed | None:
    """Return the rules that hide a difference; None where there is no such difference."""
    difference = Difference.objects.filter(pk=difference_id).first()
    if difference is None:
        return None
    rows = list(
        Occurrence.objects.filter(variant__difference=difference)
        .order_by(F("resolved_at").asc(nulls_first=True), "-last_seen_at", "pk")
        .values_list(
            "variant_id", "finding_id", "finding__key", "finding__kind", "finding__left",
            "finding__right", "source__labels",
        )[:MOST]
    )  # fmt: skip
    found, note = _of(rows, difference.format), ""
    if difference.kind in {Kind.REFUSED, Kind.DUPLICATE_ID}:
        note = NEVER
    elif not found:
        found = _of([row for row in rows if row[0] == _most_seen(rows)], difference.format)
        note = PARTLY if found else NOBODY
    return Proposed(
        difference=difference.pk,
        name=difference.name,
        sentence=difference.sentence,
        offers=tuple(_offer(one) for one in found),
        note=note,
        tried=len(rows),
    )


def _of(rows: Collection[tuple[object, ...]], format_name: str) -> tuple[Proposal, ...]:
    """Return the rules that hide all of some findings."""
    findings = {
        str(digest): Finding(str(key), Kind(str(kind)), str(left), str(right))
        for _, digest, key, kind, left, right, _ in rows
    }
    labels: list[Mapping[str, str | int]] = []
    for *_, one in rows:
        if isinstance(one, dict) and one not in labels:
            labels.append(one)
    return proposals(Asked(list(findings.values()), labels, format_name))


def _most_seen(rows: Collection[tuple[object, ...]]) -> object:
    """Return the variant that is seen most."""
    variants = [row[0] for row in rows]
    return max(variants, key=variants.count, default=None)


def _offer(one: Proposal) -> Offer:
    rule = read_rule("rule", one.content)
    return Offer(one.width.value, what_it_does(rule), where_it_holds(rule.scope), one.content)
