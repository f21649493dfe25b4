"""Pages name a change of mode with the promotion that made it, and lead on from there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger import lease
from ledger.clock import database_now
from rollouts.appliers import Receipt
from rollouts.models import Target
from rollouts.operations.record_written import record_written
from rollouts.operations.start_promotion import start_promotion
from tests.rollouts.promoting import approved, dave, ready_tier, requested
from tests.rollouts.stage import signed_in, target
from tests.rollouts.views.steps import section, tier_path

pytestmark = [pytest.mark.django_db]


def test_a_target_says_since_when_it_is_in_its_mode_and_by_which_promotion():
    promotion = approved(requested(ready_tier()))
    start_promotion(promotion.pk, now=database_now())
    held = lease.take("git of the test", holder="test", seconds=30)
    record_written(promotion.pk, Receipt("c0ffee", False), held=held, now=database_now())

    path = reverse("target", args=[target("kube-1").pk])
    shown = signed_in(dave()).get(path).content.decode()

    happened = shown[shown.index("What happened") :]
    link = f'by <a href="{reverse("promotion", args=[promotion.pk])}">{promotion.name}</a>'
    assert link in happened
    assert ">exec</span>" in happened[: happened.index(link)]


def test_a_tier_that_stays_in_exec_leads_to_the_next_one():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode="exec", observed_mode="exec")
    following = tier.rollout.tiers.filter(rank__gt=tier.rank).order_by("rank").first()

    shown = signed_in(dave()).get(tier_path(tier)).content.decode()

    assert f'href="{tier_path(following)}">Next tier: {following.name}' in section(shown, "rest")
