"""What no SQL can write about promotions, whatever the code does.

Where a trigger would refuse as well, the constraint is tried as the database's owner: it holds
alone.
"""

from __future__ import annotations

from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from rollouts.machine import MODE_STEPS, OPEN, Kind, Mode, State
from rollouts.models import Approval, Promotion
from tests.factories import NOW, TargetFactory, UserFactory
from tests.plugins.superuser import superuser
from tests.rollouts.models.raw import (
    APPROVAL,
    FORECAST,
    MEMBER,
    STEP,
    approval,
    copy,
    copy_promotion,
    promotion,
    step,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

TERMINAL = sorted(set(State) - set(OPEN))
LEGAL = {(step.kind, old, new) for (old, new), step in MODE_STEPS.items()}


def refused(constraint, columns=""):
    """Expect a constraint to refuse: PostgreSQL names it, SQLite the columns of a unique one."""
    return pytest.raises(IntegrityError, match=rf"{constraint}|UNIQUE[^\n]*: {columns}$")


@pytest.mark.parametrize("second", OPEN)
@pytest.mark.parametrize("first", [State.PENDING, State.VERIFYING])
def test_a_tier_has_no_second_open_promotion(first, second):
    row = promotion(first)

    with refused("one_open_promotion_per_tier", "rollouts_promotion.tier_id"):
        copy_promotion(row.pk, state=second)


@pytest.mark.parametrize("state", TERMINAL)
def test_a_promotion_that_ended_leaves_room_for_the_next(state):
    row = promotion(state)

    copy_promotion(row.pk, state="pending")

    assert Promotion.objects.filter(tier=row.tier).count() == 2


def test_a_promotion_that_ended_is_not_opened_again_beside_another():
    row = promotion("failed")
    promotion("pending", tier=row.tier)

    with (
        refused("one_open_promotion_per_tier", "rollouts_promotion.tier_id"),
        superuser(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE rollouts_promotion SET state = 'pending' WHERE id = %s", [row.pk])


@pytest.mark.parametrize("state", TERMINAL)
@pytest.mark.parametrize("other", [State.PENDING, State.DONE, State.FAILED])
def test_no_sql_takes_a_promotion_out_of_a_state_in_which_it_ended(state, other):
    row = promotion(state)
    statement = "UPDATE rollouts_promotion SET state = %s, problem = 'none' WHERE id = %s"

    with connection.cursor() as cursor:
        if state == other:
            cursor.execute(statement, [other, row.pk])
            return
        with (
            pytest.raises(IntegrityError, match=r"state: nothing leaves"),
            transaction.atomic(),
        ):
            cursor.execute(statement, [other, row.pk])

    row.refresh_from_db()
    assert row.state == state


def test_two_tiers_have_an_open_promotion_each():
    promotion("pending")
    promotion("pending")

    assert Promotion.objects.filter(state="pending").count() == 2


@pytest.mark.parametrize(("kind", "old", "new"), list(product(Kind, Mode, Mode)))
def test_only_the_steps_of_the_table_can_be_written(kind, old, new):
    row = promotion()
    columns = {"kind": kind.value, "from_mode": old.value, "to_mode": new.value}

    if (kind, old, new) in LEGAL:
        copy_promotion(row.pk, **columns)
        return
    with pytest.raises(IntegrityError, match="a_legal_step"):
        copy_promotion(row.pk, **columns)


@pytest.mark.parametrize(
    ("kind", "old", "new", "is_production", "least"),
    [
        ("promotion", "off", "shadow", False, 1),
        ("promotion", "off", "shadow", True, 1),
        ("promotion", "shadow", "exec", False, 1),
        ("promotion", "shadow", "exec", True, 2),
        ("rollback", "exec", "off", True, 0),
    ],
)
def test_no_quorum_is_below_the_least_of_its_step(kind, old, new, is_production, least):
    row = promotion()
    columns = {"kind": kind, "from_mode": old, "to_mode": new, "is_production": is_production}

    copy_promotion(row.pk, quorum=least, **columns)

    with pytest.raises(IntegrityError, match=r"enough_people|quorum"):
        copy_promotion(row.pk, quorum=least - 1, **columns)


@pytest.mark.parametrize("state", ["", "open", "Pending"])
def test_no_state_is_written_that_no_table_knows(state):
    row = promotion()

    with pytest.raises(IntegrityError, match="a_known_state"):
        copy_promotion(row.pk, state=state)


@pytest.mark.parametrize(
    "state", ["pending", "scheduled", "rejected", "withdrawn", "expired", "outdated"]
)
def test_no_rollback_is_written_in_a_state_that_takes_it_away(state):
    back = {"kind": "rollback", "from_mode": "exec", "to_mode": "shadow", "quorum": 0}
    row = promotion()
    copy_promotion(row.pk, state=state)

    with pytest.raises(IntegrityError, match="a_way_back_stays"):
        copy_promotion(row.pk, state=state, **back)


@pytest.mark.parametrize("digest", ["", "0" * 63])
def test_a_promotion_without_a_digest_of_its_evidence_is_refused(digest):
    row = promotion()

    with pytest.raises(IntegrityError, match="a_digest_of_evidence"):
        copy_promotion(row.pk, evidence_digest=digest)


@pytest.mark.parametrize("digest", ["", "0" * 63])
def test_an_approval_without_a_digest_of_what_was_seen_is_refused(digest):
    given = approval(promotion("pending"))

    with pytest.raises(IntegrityError, match="a_digest_of_what_was_seen"):
        copy(APPROVAL, given.pk, approver_id=UserFactory.create().pk, evidence_digest=digest)


@pytest.mark.parametrize("key", ["request_key", "idempotency_key"])
def test_a_form_sent_twice_is_one_request(key):
    row = promotion()

    with refused(key, f"rollouts_promotion.{key}"):
        copy_promotion(row.pk, **{key: getattr(row, key)})


def test_nobody_approves_their_own_request():
    given = approval(promotion("pending"))

    with pytest.raises(IntegrityError, match="nobody_approves_their_own"):
        copy(APPROVAL, given.pk, approver_id=given.requested_by_id)


def test_a_person_approves_once():
    given = approval(promotion("pending"))

    columns = "rollouts_approval.promotion_id, .*approver_id"
    with refused("one_approval_each", columns), superuser():
        copy(APPROVAL, given.pk, approved_at=NOW.replace(year=2027))


def test_two_people_approve_once_each():
    given = approval(promotion("pending"))

    copy(APPROVAL, given.pk, approver_id=UserFactory.create().pk)

    assert Approval.objects.count() == 2


def test_a_target_has_one_step_a_generation():
    one = step(promotion(), generation=3)

    with refused("one_step_a_generation", "rollouts_applystep.target_id, .*generation"):
        copy(STEP, one, idempotency_key="another")


def test_a_step_of_the_next_generation_and_of_another_target_is_written():
    one = step(promotion(), generation=3)

    copy(STEP, one, idempotency_key="another", generation=4)
    copy(STEP, one, idempotency_key="a third", target_id=TargetFactory.create().pk)


def test_a_step_has_an_idempotency_key_of_its_own():
    one = step(promotion(), generation=3)

    with refused("idempotency_key", "rollouts_applystep.idempotency_key"):
        copy(STEP, one, generation=4)


def test_a_target_is_a_member_of_a_promotion_once():
    row = promotion()
    member = row.members.create(target=TargetFactory.create(), base_generation=0)

    columns = "rollouts_promotionmember.promotion_id, .*target_id"
    with refused("a_member_once", columns), superuser():
        copy(MEMBER, member.pk, base_generation=1)


def test_a_step_of_a_tier_has_one_forecast():
    tier = promotion().tier
    told = tier.forecasts.create(to_mode="exec", made_at=NOW)

    with refused("one_forecast_a_choice", "rollouts_forecast.tier_id, .*selection"):
        copy(FORECAST, told.pk, head="another")


@pytest.mark.parametrize("state", [State.PENDING, State.DONE])
def test_what_was_refused_leaves_the_rest_as_it_was(state):
    row = promotion(state)

    with pytest.raises(IntegrityError), transaction.atomic():
        copy_promotion(row.pk, from_mode="off", to_mode="exec")

    assert list(Promotion.objects.values_list("pk", "state")) == [(row.pk, state)]
