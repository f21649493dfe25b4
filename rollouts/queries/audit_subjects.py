"""What a record of the trail is about, as pages name it, and where its page is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from diffs.models import Difference, Rule
from rollouts.models import Promotion, Target, Tier
from rollouts.queries.target_rows import name_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record is about.

    Shapes
        shown       for reading: a target by its name, not by its key
        url         of its page
    """

    shown: str
    url: str


def subjects_of(names: Iterable[str]) -> dict[str, Subject]:
    """Return of those names that have a page what it is, in a query for each kind of name.

    Shapes
        names       as the trail has them: "promotion P-3 routesrv/test", "target routesrv/KEY" or
                    "target routesrv/test/KEY"
        return      {name: subject}; who is gone from the fleet is not in it
    """
    by_kind: dict[str, set[str]] = {}
    for name in names:
        kind, _, rest = name.partition(" ")
        by_kind.setdefault(kind, set()).add(rest)
    return {
        **_differences(by_kind.get("difference", set())),
        **_promotions(by_kind.get("promotion", set())),
        **_targets(by_kind.get("target", set())),
        **_tiers(by_kind.get("tier", set())),
        **_rules(by_kind.get("rule", set())),
    }


def _differences(rests: set[str]) -> dict[str, Subject]:
    numbers = {rest.partition(" ")[0].removeprefix("D-") for rest in rests}
    ids = [int(number) for number in numbers if number.isascii() and number.isdigit()]
    if not ids:
        return {}
    rows = Difference.objects.filter(pk__in=ids, first_seen_at__isnull=False)
    return {
        f"difference {row.name} {row.rollout}": Subject(
            f"{row.name} {row.rollout}", reverse("difference", args=[row.pk])
        )
        for row in rows
    }


def _promotions(rests: set[str]) -> dict[str, Subject]:
    numbers = {rest.partition(" ")[0].removeprefix("P-") for rest in rests}
    ids = [int(number) for number in numbers if number.isascii() and number.isdigit()]
    if not ids:
        return {}
    found = {}
    for row in Promotion.objects.filter(pk__in=ids).select_related("tier__rollout"):
        said = f"promotion {row.name} {row.tier.rollout.key}/{row.tier.name}"
        found[said] = Subject(
            f"{row.name} {row.tier.rollout.key}/{row.tier.name}",
            reverse("promotion", args=[row.pk]),
        )
    return found


def _targets(rests: set[str]) -> dict[str, Subject]:
    keys = {rest.split("/", parts)[-1] for rest in rests for parts in (1, 2)}
    if not keys:
        return {}
    rows = Target.objects.filter(key__in=keys).select_related("cluster", "tier", "rollout")
    found = {}
    for row in rows:
        shown = f"{name_of(row)} {row.rollout.key}/{row.tier.name}"
        subject = Subject(shown, reverse("target", args=[row.pk]))
        found[f"target {row.rollout.key}/{row.key}"] = subject
        found[f"target {row.rollout.key}/{row.tier.name}/{row.key}"] = subject
    return found


def _tiers(rests: set[str]) -> dict[str, Subject]:
    names = {rest.partition("/")[2] for rest in rests}
    if not names:
        return {}
    rows = Tier.objects.filter(name__in=names, removed_at=None).select_related("rollout")
    return {
        f"tier {row.rollout.key}/{row.name}": Subject(
            f"{row.rollout.key}/{row.name}", reverse("tier", args=[row.rollout.key, row.name])
        )
        for row in rows
    }


def _rules(rests: set[str]) -> dict[str, Subject]:
    numbers = {rest.partition(" ")[0].removeprefix("R-") for rest in rests}
    ids = [int(number) for number in numbers if number.isascii() and number.isdigit()]
    if not ids:
        return {}
    said = (
        (row, f"{row.name} {row.content.get('kind', '')}")
        for row in Rule.objects.in_bulk(ids).values()
    )
    return {f"rule {name}": Subject(name, reverse("rule", args=[row.pk])) for row, name in said}
