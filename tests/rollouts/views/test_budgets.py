"""What a page may cost at 250 clusters: queries do not grow with the fleet, nor pages beyond it."""

from __future__ import annotations

from itertools import cycle

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diffs.models import HourRollup
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.permissions.roles import Role
from tests.factories import RolloutFactory, TargetFactory, TierFactory
from tests.rollouts.stage import (
    collector_beats,
    differ,
    let_modes_be_read,
    person,
    signed_in,
    stand,
)
from tests.rollouts.views.steps import standing_promotion

pytestmark = pytest.mark.django_db

OUTCOMES = ("equal", "different", "unreachable", "refused", "not_ready", "moved", "lag")
SENTENCE = "The shadow side did not answer within 5 s, 10.0.0.7 port 9990 refuses. " * 2
POLICY = {"soak_seconds": 3600, "looks": 10, "changes": 0}
KILOBYTE = 1000


def fleet(size: int, *, tiers: int):
    """Make a rollout of so many targets in all sorts of states; return its tiers."""
    rollout = RolloutFactory.create()
    made = [TierFactory.create(rollout=rollout, policy=POLICY) for _ in range(tiers)]
    for tier, outcome, _ in zip(cycle(made), cycle(OUTCOMES), range(size), strict=False):
        stand(TargetFactory.create(tier=tier), outcome, sentence=SENTENCE, differences=3)
    let_modes_be_read()
    collector_beats()
    return made


def cost(client, path: str) -> tuple[int, float]:
    """Return queries and kilobytes of a page."""
    client.get(path)  # what is loaded once a process
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    return len(queries), len(response.content) / KILOBYTE


def test_the_overview_of_250_clusters_stays_within_its_budget():
    fleet(250, tiers=8)

    queries, kilobytes = cost(signed_in(person("vera", Role.VIEWER)), "/")

    assert queries <= 12
    assert kilobytes <= 150


def test_the_overview_asks_no_more_of_many_rollouts():
    for _ in range(5):
        fleet(4, tiers=4)

    queries, _ = cost(signed_in(person("vera", Role.VIEWER)), "/")

    assert queries <= 12


def test_the_overview_with_promotions_under_way_stays_within_its_budget():
    for tier in fleet(24, tiers=8)[:4]:
        standing_promotion(tier, asked_by=f"sam of {tier.name}")
    sources = Target.objects.values_list("source_id", flat=True)
    hour = database_now().replace(minute=0, second=0, microsecond=0)
    HourRollup.objects.create(source_id=sources[0], hour=hour, differences_max=3)

    queries, _ = cost(signed_in(person("vera", Role.APPROVER)), "/")

    assert queries <= 12


def test_a_tier_of_250_clusters_stays_within_its_budget_for_who_decides_there():
    (tier,) = fleet(250, tiers=1)
    path = reverse("tier", args=[tier.rollout.key, tier.name])

    queries, kilobytes = cost(signed_in(person("olga", Role.OPERATOR)), path)

    assert queries <= 23
    assert kilobytes <= 250


@pytest.mark.parametrize(("part", "most"), [("tier", 8), ("next-step", 19)])
def test_a_poll_of_a_tier_in_which_nothing_moved_loads_its_targets_once(part, most):
    (tier,) = fleet(250, tiers=1)
    path = reverse("tier", args=[tier.rollout.key, tier.name])
    client, headers = signed_in(person("olga", Role.OPERATOR)), {"HX-Target": part}
    etag = client.get(path, headers={**headers, "HX-Request": "true"})["ETag"]
    headers |= {"HX-Request": "true", "If-None-Match": etag}

    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, headers=headers)

    assert (response.status_code, response.content) == (304, b"")
    assert len(queries) <= most


def test_looks_that_change_nothing_said_renew_no_step():
    (tier,) = fleet(24, tiers=1)
    path = reverse("tier", args=[tier.rollout.key, tier.name])
    client = signed_in(person("olga", Role.OPERATOR))
    headers = {"HX-Request": "true", "HX-Target": "next-step"}
    etag = client.get(path, headers=headers)["ETag"]
    for one, outcome in zip(tier.targets.order_by("pk"), cycle(OUTCOMES), strict=False):
        stand(one, outcome, sentence=SENTENCE, differences=3, looks=4, look_seconds=0.7)

    response = client.get(path, headers={**headers, "If-None-Match": etag})

    assert response.status_code == 304


def test_a_promotion_of_250_clusters_stays_within_its_budget_for_who_approves_it():
    (tier,) = fleet(250, tiers=1)
    promotion = standing_promotion(tier)
    path = reverse("promotion", args=[promotion.pk])

    queries, kilobytes = cost(signed_in(person("bob", Role.APPROVER)), path)

    assert queries <= 32
    assert kilobytes <= 150


def test_lists_of_promotions_ask_no_more_of_many():
    tiers = fleet(24, tiers=12)
    vera = signed_in(person("vera", Role.VIEWER))
    for tier in tiers[:2]:
        standing_promotion(tier)
    few = {path: cost(vera, path)[0] for path in ("/promotions/", "/inbox/")}
    for tier in tiers[2:]:
        standing_promotion(tier, asked_by=f"sam of {tier.name}")

    assert {path: cost(vera, path)[0] for path in few} == few
    assert max(few.values()) <= 15


@pytest.mark.parametrize("name", ["target", "target-differences"])
def test_a_target_with_200_differences_asks_no_more_than_one_with_three(name):
    (tier,) = fleet(2, tiers=1)
    few, many = tier.targets.order_by("pk")
    for one, count in ((few, 3), (many, 200)):
        for number in range(count):
            differ(one, f"kube_shop__orders_{number:04}", left=f'a{number}: * -> "http://a";')
    vera = signed_in(person("vera", Role.VIEWER))

    (least, _), (most, kilobytes) = (
        cost(vera, reverse(name, args=[one.pk])) for one in (few, many)
    )

    assert most <= least + 1
    assert most <= 24
    assert kilobytes <= 150
