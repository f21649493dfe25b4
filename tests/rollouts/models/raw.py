"""Rows written past Django's models, as whoever has the application's password could."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from rollouts.models import Approval, Promotion
from tests.factories import NOW, TargetFactory, TierFactory, UserFactory

PROMOTION, APPROVAL, STEP = "rollouts_promotion", "rollouts_approval", "rollouts_applystep"
MEMBER, FORECAST = "rollouts_promotionmember", "rollouts_forecast"


def promotion(state: str = "done", **columns: object) -> Promotion:
    """Return a promotion of a tier of its own from shadow to exec, asked for by somebody."""
    count = Promotion.objects.count()
    row = {
        "kind": "promotion",
        "request_key": f"request {count}",
        "idempotency_key": f"key {count}",
        "from_mode": "shadow",
        "to_mode": "exec",
        "is_production": False,
        "quorum": 1,
        "evidence": {},
        "evidence_digest": "0" * 64,
        "policy_version": "0" * 64,
        "base_generation": 0,
        "requested_at": NOW,
        "expires_at": NOW + timedelta(days=1),
        "state": state,
        "state_at": NOW,
    }
    if "tier" not in columns:
        row["tier"] = TierFactory.create()
    if "requested_by" not in columns:
        row["requested_by"] = UserFactory.create()
    return Promotion.objects.create(**{**row, **columns})


def approval(of: Promotion, **columns: object) -> Approval:
    """Return the approval of a promotion by somebody else."""
    row = {
        "promotion": of,
        "requested_by": of.requested_by,
        "approved_at": NOW,
        "evidence_digest": "0" * 64,
        "evidence": {},
    }
    if "approver" not in columns:
        row["approver"] = UserFactory.create()
    return Approval.objects.create(**{**row, **columns})


def step(of: Promotion, generation: int = 1) -> int:
    """Return the id of the step of a new target under a promotion."""
    target = TargetFactory.create(tier=of.tier)
    key = f"{of.idempotency_key}/{target.pk}"
    return of.steps.create(target=target, generation=generation, idempotency_key=key).pk


def copy(table: str, pk: int, **changed: Any) -> None:
    """Insert a row by SQL: a copy of another one, with other values in some columns."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        names = [column.name for column in described if column.name != "id"]
        unknown = set(changed) - set(names)
        assert not unknown, unknown
        values = ", ".join("%s" if name in changed else f'"{name}"' for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        given = [changed[name] for name in names if name in changed]
        statement = (
            f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" WHERE id = %s'  # noqa: S608
        )
        cursor.execute(statement, [*given, pk])


def copy_promotion(pk: int, **changed: Any) -> None:
    """Insert a promotion like another one, under keys of its own."""
    count = Promotion.objects.count()
    keys = {"request_key": f"copy {count}", "idempotency_key": f"copy {count}"}
    copy(PROMOTION, pk, **{**keys, **changed})
