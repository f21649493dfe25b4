"""The tiers of one rollout, in the order in which a mode travels through them."""

from __future__ import annotations

from rollouts.fleet_file.policy import read_policy, refuse_small_quorum
from rollouts.fleet_file.problems import shown
from rollouts.fleet_file.scalars import read_flag, read_mode, read_name
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_list, open_table
from rollouts.fleet_file.targets import TargetReader
from rollouts.fleet_file.values import PolicySpec, TierSpec

KEYS = keys_of("rollouts.NAME.tiers[]")


def read_tiers(spot: Spot, *, policy: PolicySpec, targets: TargetReader) -> tuple[TierSpec, ...]:
    """Return the tiers; rank 1 is the first in the list."""
    met: dict[str, Spot] = {}
    tiers = []
    for rank, item in enumerate(open_list(spot), start=1):
        tier = _read_tier(item, rank=rank, policy=policy, targets=targets)
        first = met.setdefault(tier.name, item) if tier.name else item
        if first is not item:
            item.refuse(
                f"the tier name {shown(tier.name)} is taken by line {first.line}",
                "Choose another name.",
            )
        tiers.append(tier)
    return tuple(tiers)


def _read_tier(spot: Spot, *, rank: int, policy: PolicySpec, targets: TargetReader) -> TierSpec:
    table = open_table(spot, KEYS)
    name = read_name(table["name"]) if "name" in table else None
    mode = read_mode(table["mode"]) if "mode" in table else None
    is_production = "production" in table and read_flag(table["production"]) is True
    effective = read_policy(table.get("policy"), policy)
    if is_production:
        refuse_small_quorum(effective, at=table.get("policy", spot))
    items = open_list(table["targets"]) if "targets" in table else ()
    read = [targets.read(item, tier=name or "", tier_mode=mode) for item in items]
    return TierSpec(
        name=name or "",
        rank=rank,
        production=is_production,
        policy=effective,
        mode=mode,
        targets=tuple(target for target in read if target),
    )
