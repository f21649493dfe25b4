"""Between its start and its write a promotion is judged again: what got worse is not written."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from ledger import lease
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.appliers import NotNow, Overtaken
from rollouts.machine import Mode
from rollouts.models import Grant, Promotion, Target
from rollouts.operations.carry_out import carry_out
from rollouts.operations.guard_write import guard_write
from rollouts.operations.start_promotion import start_promotion
from tests.rollouts.operations.carrying import (
    carried_to_its_end,
    commits_of,
    ended,
    fleet_repository,
    let_the_lease_run_out,
    ready,
    started,
)
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back
from tests.rollouts.stage import differ, stand, target


def held():
    return lease.take("git of the test", holder="test", seconds=30)


def begun():
    """Return a promotion that was started, and waits for its remote."""
    promotion = approved(requested(ready_tier()))
    assert start_promotion(promotion.pk, now=database_now())
    promotion.refresh_from_db()
    return promotion


def a_new_difference():
    differ(target("kube-1"), "new_route")


def another_policy():
    tier = target("kube-1").tier
    tier.policy = {**tier.policy, "looks": 11}
    tier.save()


def a_member_set_aside():
    Target.objects.filter(pk=target("kube-2").pk).update(
        set_aside_until=database_now() + timedelta(days=1)
    )


WORSE = [
    (a_new_difference, "kube-1 has 1 new or changed difference."),
    (another_policy, "The policy of the tier was changed."),
    (a_member_set_aside, "kube-2 is no longer among the targets"),
    (lambda: stand(target("kube-1"), "different"), "The gate clean passed, and fails now."),
    (lambda: User.objects.filter(username="alice").update(is_active=False), "alice, who asked"),
    (lambda: User.objects.filter(username="bob").update(is_active=False), "approval of bob"),
    (lambda: Grant.objects.filter(user__username="bob").delete(), "approval of bob"),
]


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(("change", "sentence"), WORSE)
def test_what_got_worse_after_the_start_ends_it_before_anything_is_written(change, sentence):
    promotion = begun()
    change()

    with pytest.raises(Overtaken, match="is outdated"):
        guard_write(promotion.pk, held())

    promotion.refresh_from_db()
    assert promotion.state == "outdated"
    assert sentence in promotion.state_reason
    assert AuditRecord.objects.get(action="promotion_outdated").reason == promotion.state_reason
    assert set(promotion.steps.values_list("state", flat=True)) == {"failed"}
    assert promotion.next_attempt_at is None


@pytest.mark.sqlite
@pytest.mark.django_db
def test_nothing_is_worse_for_what_the_start_itself_changed():
    promotion = begun()

    guard_write(promotion.pk, held())

    promotion.refresh_from_db()
    assert promotion.state == "applying"


@pytest.mark.sqlite
@pytest.mark.django_db
def test_what_nobody_can_judge_at_the_write_waits_and_does_not_end_it():
    promotion = begun()
    stand(target("kube-1"), "unreachable")

    with pytest.raises(NotNow, match=r"It waits\. reachable is unknown"):
        guard_write(promotion.pk, held())

    promotion.refresh_from_db()
    assert promotion.state == "applying"


@pytest.mark.sqlite
@pytest.mark.django_db
def test_past_its_deadline_a_promotion_is_not_written_any_more():
    promotion = begun()
    Promotion.objects.update(deadline_at=database_now())

    with pytest.raises(NotNow, match="Its time to be written is over"):
        guard_write(promotion.pk, held())


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_way_back_is_not_judged():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode=Mode.EXEC)
    back = rolled_back(tier)
    assert start_promotion(back.pk, now=database_now())
    differ(target("kube-1"), "new_route")
    stand(target("kube-2"), "unreachable")
    User.objects.update(is_active=False)
    Promotion.objects.update(deadline_at=database_now())

    guard_write(back.pk, held())

    back.refresh_from_db()
    assert back.state == "applying"


@pytest.fixture
def repository(tmp_path, settings):
    return fleet_repository(tmp_path, settings)


@pytest.mark.django_db(transaction=True)
def test_what_got_worse_while_the_remote_was_away_is_never_pushed(repository):
    promotion = approved(requested(ready()))
    away = repository.path.with_name("away.git")
    repository.path.rename(away)
    carry_out(promotion.pk)
    promotion.refresh_from_db()
    assert promotion.state == "applying"
    a_new_difference()
    away.rename(repository.path)

    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert promotion.state == "outdated"
    assert commits_of(repository, promotion) == []
    assert set(Target.objects.filter(tier=promotion.tier).values_list("mode")) == {("shadow",)}


@pytest.mark.django_db(transaction=True)
def test_what_was_pushed_is_written_down_though_it_got_worse_since(repository, tmp_path):
    promotion = approved(requested(ready()))
    process = started(promotion, tmp_path, command="push", after="kill -9 $PPID")
    assert ended(process) == signal.SIGKILL
    let_the_lease_run_out()
    a_new_difference()

    promotion.refresh_from_db()
    done = carried_to_its_end(promotion)

    assert done.state == "done"
    assert [done.reference] == commits_of(repository, done)
