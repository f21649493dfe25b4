"""Setting a target aside takes it out of the judgement, and never makes a change seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.models import Promotion, Target
from rollouts.operations.carry_out import carry_out
from rollouts.operations.record_readings import EQUAL_READINGS, Heard, record_readings
from tests.rollouts.operations.carrying import carried_to_its_end, fleet_repository, ready
from tests.rollouts.operations.reading import heard, written
from tests.rollouts.promoting import approved, ready_tier, requested
from tests.rollouts.stage import target

SEEN, UNREAD = Heard(("exec",), "exec", "", "exec"), Heard((), "", "It does not answer.", "exec")
PUT_BACK = Heard(("shadow",), "", "", "shadow")


def set_aside(*aliases):
    later = database_now() + timedelta(days=1)
    rows = Target.objects.filter(cluster__alias__in=aliases, rollout__key="routesrv")
    rows.update(set_aside_until=later)


def told(promotion, **answers):
    """Let each target tell its answer as often as a promotion asks."""
    for _ in range(EQUAL_READINGS):
        given = {target(alias.replace("_", "-")).pk: one for alias, one in answers.items()}
        record_readings(promotion.pk, given, now=database_now())
    promotion.refresh_from_db()
    return promotion


@pytest.mark.sqlite
@pytest.mark.django_db
def test_who_is_set_aside_and_cannot_be_asked_holds_up_nobody():
    promotion = written(approved(requested(ready_tier())))
    set_aside("kube-2")

    done = told(promotion, kube_1=SEEN, kube_2=UNREAD)

    assert (done.state, done.state_reason) == ("done", "1 set aside, not seen")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_where_all_are_set_aside_and_nobody_was_seen_it_is_not_done_but_fails_in_time():
    promotion = written(approved(requested(ready_tier())))
    set_aside("kube-1", "kube-2")

    assert told(promotion, kube_1=UNREAD, kube_2=UNREAD).state == "verifying"
    Promotion.objects.update(deadline_at=database_now())
    failed = told(promotion, kube_1=UNREAD, kube_2=UNREAD)

    assert failed.state == "failed"
    assert failed.state_reason.startswith("2 targets were not seen in exec in time.")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_who_is_set_aside_and_kept_in_another_mode_than_was_asked_is_not_passed_over():
    promotion = written(approved(requested(ready_tier())))
    set_aside("kube-2")

    assert told(promotion, kube_1=SEEN, kube_2=PUT_BACK).state == "verifying"
    assert told(promotion, kube_1=SEEN, kube_2=UNREAD).state == "done"


@pytest.mark.sqlite
@pytest.mark.django_db
def test_all_set_aside_and_all_seen_is_done():
    promotion = written(approved(requested(ready_tier())))
    set_aside("kube-1", "kube-2")

    assert heard(promotion, "exec").state == "done"


@pytest.mark.django_db(transaction=True)
def test_files_put_back_while_all_members_are_set_aside_end_failed(tmp_path, settings):
    repository = fleet_repository(tmp_path, settings)
    promotion = approved(requested(ready()))
    carry_out(promotion.pk)
    set_aside("kube-1", "kube-2")
    before = 'config_items:\n  flag: "pre"\n'
    repository.commit({f"clusters/kube-{number}.yaml": before for number in (1, 2)})
    promotion.refresh_from_db()
    assert promotion.state == "verifying"
    for _ in range(EQUAL_READINGS):
        carry_out(promotion.pk)
    Promotion.objects.update(deadline_at=database_now())

    promotion.refresh_from_db()
    assert carried_to_its_end(promotion).state == "failed"
