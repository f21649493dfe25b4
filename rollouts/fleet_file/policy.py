"""What a step asks for: defaults, the rollout's policy over them, a tier's over that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from rollouts.fleet_file.scalars import DAY, read_duration, read_flag, read_number
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_names, open_table
from rollouts.fleet_file.values import PolicySpec
from rollouts.fleet_file.yaml_tree import Table

T = TypeVar("T")
SECTION = "rollouts.NAME.policy"
MOST_PEOPLE = 20
MOST_COUNT = 1_000_000_000
PRODUCTION_APPROVERS = 2  # beside the requester

DEFAULT_POLICY = PolicySpec(
    quorum=1,
    soak_seconds=3 * DAY,
    looks=1000,
    changes=0,
    bake_seconds=7 * DAY,
    expires_seconds=DAY,
    deadline_seconds=3600,
)


def read_policy(spot: Spot | None, base: PolicySpec) -> PolicySpec:
    """Return `base` with every key that stands here; a quorum is replaced as a whole."""
    if spot is None:
        return base
    table = open_table(spot, keys_of(SECTION))
    looks = partial(read_number, least=1, most=MOST_COUNT)
    changes = partial(read_number, least=0, most=MOST_COUNT)
    expires = partial(read_duration, least=60, most=30 * DAY)
    deadline = partial(read_duration, least=10, most=7 * DAY)
    return PolicySpec(
        quorum=_given(table, "quorum", _read_quorum, base.quorum),
        soak_seconds=_given(table, "soak", read_duration, base.soak_seconds),
        looks=_given(table, "looks", looks, base.looks),
        changes=_given(table, "changes", changes, base.changes),
        bake_seconds=_given(table, "bake", read_duration, base.bake_seconds),
        expires_seconds=_given(table, "expires", expires, base.expires_seconds),
        deadline_seconds=_given(table, "deadline", deadline, base.deadline_seconds),
        expected_needs_second=_given(
            table, "expected_needs_second", read_flag, base.expected_needs_second
        ),
    )


def _given(table: dict[str, Spot], name: str, read: Callable[[Spot], T | None], base: T) -> T:
    """Return what stands under `name`, `base` where nothing readable does."""
    value = read(table[name]) if name in table else None
    return base if value is None else value


def refuse_small_quorum(policy: PolicySpec, *, at: Spot) -> None:
    """Note a production tier that one person beside the requester could release."""
    if policy.approvers < PRODUCTION_APPROVERS:
        at.refuse(
            f"a production tier needs {PRODUCTION_APPROVERS} approvers beside the requester, "
            f"its quorum is {policy.approvers}",
            f"Add policy: {{quorum: {PRODUCTION_APPROVERS}}} to this tier.",
        )


def _read_quorum(spot: Spot) -> int | Mapping[str, int] | None:
    if not isinstance(spot.node, Table):
        return read_number(spot, least=1, most=MOST_PEOPLE)
    groups = open_names(spot) or {}
    if not groups:
        spot.refuse("the quorum names no group", "Write {GROUP: NUMBER}, or one number.")
        return None
    counts = {name: read_number(value, least=1, most=MOST_PEOPLE) for name, value in groups.items()}
    return {name: count for name, count in counts.items() if count}
