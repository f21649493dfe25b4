"""Reading back holds up no way back: bounded, by one at a time, apart from who writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import lease
from ledger.clock import database_now
from rollouts import tasks
from rollouts.machine import Mode, State
from rollouts.models import ApplyStep, Promotion, Target
from rollouts.operations import carry_out as carrying
from rollouts.operations import read_back as reading
from rollouts.operations.carry_out import carry_out
from rollouts.operations.sweep_promotions import GRACE, due_promotions, end_what_is_over
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back
from tests.rollouts.stage import target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def verifying():
    """A promotion that is written and waits to be read back."""
    promotion = approved(requested(ready_tier()))
    carry_out(promotion.pk)
    promotion.refresh_from_db()
    assert promotion.state == State.VERIFYING
    return promotion


@pytest.fixture
def readings(monkeypatch):
    """Which promotions were read back."""
    read = []
    monkeypatch.setattr(carrying, "read_back", lambda one, **_: read.append(one.pk))
    return read


@pytest.fixture
def sent(monkeypatch):
    """What was published, instead of a broker: task, promotion, options."""
    messages = []

    def publish(name):
        return lambda *, kwargs, **options: messages.append((name, *kwargs.values(), options))

    for task in (tasks.carry_out, tasks.read_back):
        monkeypatch.setattr(task, "apply_async", publish(task.name))
    return messages


def test_what_was_not_asked_in_time_is_not_told_of(verifying, monkeypatch):
    monkeypatch.setattr(reading, "ASKING_SECONDS", 0.0)
    targets = [step.target for step in verifying.steps.select_related("target__cluster")]

    assert reading.hear(verifying.tier.rollout, targets) == {}
    reading.read_back(verifying, now=database_now())

    assert set(verifying.steps.values_list("state", "heard", "readings")) == {("written", "", 0)}


def test_who_answers_and_who_was_never_asked_come_first_and_the_others_in_turn():
    one, two, three, four, five = (
        ApplyStep(pk=number, readings=readings, heard=heard)
        for number, readings, heard in [
            (1, 0, "No answer."), (2, 1, "exec"), (3, 0, "shadow"), (4, 0, ""), (5, 0, "Late."),
        ]
    )  # fmt: skip
    steps = [one, two, three, four, five]

    assert reading.in_turn(steps, turn=0) == [two, four, one, three, five]
    assert reading.in_turn(steps, turn=1) == [two, four, three, five, one]
    assert reading.in_turn(steps, turn=5) == [two, four, five, one, three]
    assert reading.in_turn([two], turn=7) == [two]


def test_a_promotion_is_read_back_by_one_worker_at_a_time(verifying, readings):
    held = lease.take(f"reading {verifying.name}", holder="another", seconds=30)

    carry_out(verifying.pk)
    assert readings == []
    lease.release(held)
    carry_out(verifying.pk)

    assert readings == [verifying.pk]


def test_a_worker_that_writes_reads_nothing_back_and_one_that_reads_writes_nothing(
    verifying, readings
):
    tasks.carry_out(promotion_id=verifying.pk)
    assert readings == []
    tasks.read_back(promotion_id=verifying.pk)
    assert readings == [verifying.pk]
    back = rolled_back(verifying.tier)

    tasks.read_back(promotion_id=back.pk)

    back.refresh_from_db()
    assert back.state == State.APPROVED


def test_the_sweep_gives_what_is_read_back_to_those_who_look(verifying, sent):
    Promotion.objects.update(next_attempt_at=database_now())
    tasks.sweep()
    back = rolled_back(verifying.tier)

    tasks.sweep()

    assert sent == [
        ("rollouts.read_back", verifying.pk, {"queue": "look", "expires": 30, "retry": False}),
        ("rollouts.carry_out", back.pk, {"queue": "apply", "retry": False}),
    ]


def test_a_way_back_that_is_to_be_written_is_handed_out_first(verifying):
    other = approved_in_production()
    Target.objects.filter(pk=target("kube-1", "cache").pk).update(mode=Mode.EXEC)
    back = rolled_back(target("kube-1", "cache").tier)
    late = database_now() - timedelta(minutes=5)
    Promotion.objects.exclude(pk=back.pk).update(next_attempt_at=late)

    assert [due_promotions(now=database_now(), limit=1) for _ in range(3)] == [
        [back.pk], [other.pk], [verifying.pk],
    ]  # fmt: skip


def approved_in_production():
    """Return another promotion that waits to be written, whatever its gates say."""
    here = Promotion.objects.get()
    fields = {
        name: getattr(here, name)
        for name in ("kind", "from_mode", "to_mode", "evidence", "evidence_digest",
                     "policy_version", "requested_by", "requested_at", "expires_at", "state_at")
    }  # fmt: skip
    return Promotion.objects.create(
        tier=target("kube-3").tier, is_production=True, quorum=2, base_generation=0,
        request_key="other", idempotency_key="other", state="approved", **fields,
    )  # fmt: skip


def test_what_nobody_read_back_in_time_has_failed(verifying):
    late = verifying.deadline_at + GRACE + timedelta(seconds=1)

    assert end_what_is_over(now=late) == [verifying.pk]

    verifying.refresh_from_db()
    assert verifying.state == State.FAILED
    assert verifying.state_reason.startswith("Not seen in time.")
