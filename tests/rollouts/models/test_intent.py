"""What was asked for, by whom and on what stays as it was written, whatever SQL says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from rollouts.apps import INTENT
from tests.factories import NOW, TargetFactory, TierFactory, UserFactory
from tests.rollouts.models.raw import APPROVAL, MEMBER, PROMOTION, approval, promotion

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def another(column):
    """Return another value for a column of a promotion."""
    made = {
        "tier_id": lambda: TierFactory.create().pk,
        "requested_by_id": lambda: UserFactory.create().pk,
        "requested_at": lambda: NOW - timedelta(days=1),
        "expires_at": lambda: NOW + timedelta(days=9),
        "is_production": lambda: True,
        "quorum": lambda: 2,
        "base_generation": lambda: 7,
        "groups": lambda: '["sre"]',
        "evidence": lambda: '{"other": 1}',
        "from_mode": lambda: "off",
        "to_mode": lambda: "shadow",
        "kind": lambda: "rollback",
    }
    return made.get(column, lambda: "f" * 32)()


def change(table, column, value):
    """Try to change a column of every row by SQL, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s', [value])  # noqa: S608


@pytest.mark.parametrize("column", INTENT)
def test_what_a_promotion_asks_for_never_changes(column):
    row = promotion("pending")
    before = type(row).objects.filter(pk=row.pk).values().get()

    with pytest.raises(IntegrityError, match=rf"{PROMOTION}.{column} never changes"):
        change(PROMOTION, column, another(column))

    assert type(row).objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("column", ["state", "problem"])
def test_where_it_stands_may_change(column):
    row = promotion("pending")

    change(PROMOTION, column, "approved")

    assert type(row).objects.filter(pk=row.pk).values_list(column, flat=True).get() == "approved"


@pytest.mark.parametrize("table", [MEMBER, APPROVAL])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_members_and_approvals_are_only_added(table, verb):
    row = promotion("pending")
    row.members.create(target=TargetFactory.create(tier=row.tier), base_generation=0)
    approval(row)
    statement = f'UPDATE "{table}" SET id = id' if verb == "UPDATE" else f'DELETE FROM "{table}"'  # noqa: S608

    with (
        pytest.raises(IntegrityError, match=f"{table} is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert (row.members.count(), row.approvals.count()) == (1, 1)
