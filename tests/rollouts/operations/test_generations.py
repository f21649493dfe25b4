"""A tier's generation only grows, and no way back is stopped by a number in the world."""

from __future__ import annotations

import pytest

from ledger.models import AuditRecord
from rollouts.machine import Mode
from rollouts.models import Target, Tier
from rollouts.operations.carry_out import carry_out
from tests.rollouts.operations.carrying import (
    carried_to_its_end,
    commits_of,
    fleet_repository,
    ready,
)
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back
from tests.rollouts.stage import target

pytestmark = pytest.mark.django_db(transaction=True)

PROMOTED_ELSEWHERE = "Tidy\n\nRollout: routesrv\nTier: test\nGeneration: {}\nPromotion-Id: P-900\n"


@pytest.fixture
def repository(tmp_path, settings):
    return fleet_repository(tmp_path, settings)


def generation_of(tier):
    return Tier.objects.values_list("generation", flat=True).get(pk=tier.pk)


@pytest.mark.sqlite
def test_the_generation_of_a_tier_stays_when_its_newest_target_leaves():
    tier = ready_tier()
    Target.objects.filter(pk=target("kube-1").pk).update(mode="exec")
    first = rolled_back(tier)
    carry_out(first.pk)
    first.steps.update(state="observed")
    type(first).objects.update(state="done")
    Target.objects.filter(pk=target("kube-1").pk).update(tier=target("kube-3").tier)

    second = rolled_back(tier, Mode.OFF)

    assert (first.generation, second.generation, generation_of(tier)) == (1, 2, 2)
    assert target("kube-2").generation == 2


@pytest.mark.sqlite
def test_a_target_that_comes_with_a_later_generation_raises_that_of_its_tier():
    tier = ready_tier()
    Target.objects.filter(pk=target("kube-1").pk).update(generation=7)

    back = rolled_back(tier, Mode.OFF)

    assert (back.generation, generation_of(tier)) == (8, 8)


def test_a_tier_is_rolled_back_after_its_newest_target_left_it(repository):
    tier = ready()
    first = carried_to_its_end(approved(requested(tier)))
    Target.objects.filter(pk=target("kube-1").pk).update(tier=target("kube-3").tier, generation=9)
    Target.objects.filter(pk=target("kube-2").pk).update(generation=0)

    back = carried_to_its_end(rolled_back(tier))

    assert (first.generation, back.generation, back.state) == (1, 2, "done")


@pytest.mark.parametrize(
    ("found", "taken"), [(1, 2), (41, 42), (999_999_999, 1_000_000_000), (10**17, 2)]
)
def test_a_rollback_takes_the_generation_after_the_one_in_the_world(found, taken, repository):
    promotion = carried_to_its_end(approved(requested(ready())))
    repository.commit({"README": "x\n"}, message=PROMOTED_ELSEWHERE.format(found))

    back = carried_to_its_end(rolled_back(promotion.tier))

    assert (back.state, back.generation, generation_of(back.tier)) == ("done", taken, taken)
    assert b'"pre"' in repository.file("clusters/kube-1.yaml")
    assert len(commits_of(repository, back)) == 1
    assert set(back.steps.values_list("generation", "target__generation")) == {(taken, taken)}


def test_the_trail_keeps_why_a_generation_was_raised(repository):
    promotion = carried_to_its_end(approved(requested(ready())))
    repository.commit({"README": "x\n"}, message=PROMOTED_ELSEWHERE.format(41))
    back = carried_to_its_end(rolled_back(promotion.tier))

    record = AuditRecord.objects.get(action="generation_raised")

    assert (record.before, record.after) == ({"generation": 2}, {"generation": 42})
    assert back.name in record.subject
    assert "A newer change of this tier is there" in record.reason


def test_a_promotion_still_needs_a_person_where_the_world_is_further(repository):
    repository.commit({"README": "x\n"}, message=PROMOTED_ELSEWHERE.format(41))

    promotion = carried_to_its_end(approved(requested(ready())))

    assert promotion.state == "failed"
    assert "this database is older than the world" in promotion.state_reason
    assert carried_to_its_end(rolled_back(promotion.tier)).state == "done"
