"""Bring the fleet in step with its file, in one transaction, or show what that would change.

A dry run does the same work and takes it back, so that what it shows is what would happen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from ledger import audit
from rollouts.fleet_file import ClusterSpec, Fleet, RolloutSpec, TierSpec
from rollouts.models import Cluster, Rollout, Target, Tier
from rollouts.operations.sync_bounds import (
    SyncRefused,
    bound_targets,
    lock_tiers,
    refuse_what_is_bound,
)
from rollouts.operations.sync_targets import TargetSync

__all__ = ["Change", "SyncRefused", "sync_fleet"]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what a sync does: add, change, move or remove, of what, and how."""

    verb: str
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.verb:<7} {self.what}" + (f": {self.detail}" if self.detail else "")


def sync_fleet(
    fleet: Fleet,
    *,
    actor: AbstractBaseUser | str,
    now: datetime,
    is_dry_run: bool = False,
    may_remove: bool = False,
) -> tuple[Change, ...]:
    """Write the fleet's rollouts, tiers, clusters and targets; return what changed.

    Shapes
        may_remove  targets that have been looked at may be taken out; their history stays

    Errors
        SyncRefused     such targets would be removed and `may_remove` is not given, or targets
                        moved or removed that a promotion moves or that may be in exec; names them
    """
    changes: list[Change] = []
    with transaction.atomic():
        lock_tiers()
        bound = bound_targets(now=now)
        _write(fleet, changes, now, may_remove=may_remove)
        refuse_what_is_bound(bound)
        if changes:
            lines = [str(change) for change in changes]
            audit.record("fleet_synced", subject="fleet", actor=actor, at=now, after=lines)
        transaction.set_rollback(is_dry_run)
    return tuple(changes)


def _write(fleet: Fleet, changes: list[Change], now: datetime, *, may_remove: bool) -> None:
    """Write every row that differs from the file."""
    clusters = {spec.key: _cluster(spec, changes) for spec in fleet.clusters}
    kept: set[int] = set()
    for position, spec in enumerate(fleet.rollouts):
        rollout = _rollout(spec, position, changes)
        for tier_spec in spec.tiers:
            tier = _tier(rollout, tier_spec, changes)
            sync = TargetSync(rollout, tier, spec, tier_spec, now)
            for target_spec in tier_spec.targets:
                target, told = sync.write(target_spec, clusters[target_spec.cluster.key])
                kept.add(target.pk)
                changes.extend(Change(*line) for line in told)
        _retire_tiers(rollout, spec, changes, now)
    _remove(kept, changes, now, may_remove=may_remove)
    _retire_rollouts(fleet, changes, now)
    _retire_clusters(clusters, changes, now)


def _cluster(spec: ClusterSpec, changes: list[Change]) -> Cluster:
    """Write one cluster."""
    wanted = {
        "alias": spec.alias,
        "environment": spec.environment,
        "region": spec.region,
        "criticality": spec.criticality,
        "fields": dict(spec.fields),
        "removed_at": None,
    }
    cluster, is_new = Cluster.objects.get_or_create(key=spec.key, defaults=wanted)
    name = f"cluster {spec.alias}"
    if is_new:
        changes.append(Change("add", name, spec.key))
    else:
        _change(cluster, wanted, name, changes)
    return cluster


def _rollout(spec: RolloutSpec, position: int, changes: list[Change]) -> Rollout:
    """Write one rollout."""
    wanted = {
        "title": spec.title,
        "position": position,
        "evidence": {
            "format": spec.evidence.format,
            "interval_seconds": spec.evidence.interval_seconds,
            **({"options": dict(spec.evidence.options)} if spec.evidence.options else {}),
        },
        "modes": dict(spec.modes),
        "applier": {"kind": spec.applier.kind, "options": dict(spec.applier.options)},
        "policy": asdict(spec.policy),
        "removed_at": None,
    }
    rollout, is_new = Rollout.objects.get_or_create(key=spec.key, defaults=wanted)
    if is_new:
        changes.append(Change("add", f"rollout {spec.key}", spec.title))
    else:
        _change(rollout, wanted, f"rollout {spec.key}", changes)
    return rollout


def _tier(rollout: Rollout, spec: TierSpec, changes: list[Change]) -> Tier:
    """Write one tier."""
    wanted = {
        "rank": spec.rank,
        "is_production": spec.production,
        "policy": asdict(spec.policy),
        "removed_at": None,
    }
    tier, is_new = Tier.objects.get_or_create(rollout=rollout, name=spec.name, defaults=wanted)
    name = f"tier {rollout.key}/{spec.name}"
    if is_new:
        changes.append(Change("add", name, f"rank {spec.rank}"))
    else:
        _change(tier, wanted, name, changes)
    return tier


def _change(
    row: Cluster | Rollout | Tier, wanted: Mapping[str, object], name: str, changes: list[Change]
) -> None:
    """Write the fields that differ and tell them."""
    told = [field for field, value in wanted.items() if getattr(row, field) != value]
    if not told:
        return
    details = [f"{field} {getattr(row, field)!s} → {wanted[field]!s}" for field in told]
    for field in told:
        setattr(row, field, wanted[field])
    row.save(update_fields=told)
    changes.append(Change("change", name, ", ".join(details)))


def _remove(kept: set[int], changes: list[Change], now: datetime, *, may_remove: bool) -> None:
    """Take out the targets that the file no longer names."""
    gone = list(
        Target.objects.filter(removed_at=None)
        .exclude(pk__in=kept)
        .select_related("source__state", "tier__rollout")
    )
    with_history = [target for target in gone if target.source.state.looks]
    if with_history and not may_remove:
        names = "\n  ".join(_name(target) for target in with_history)
        raise SyncRefused(
            f"No longer in the file, though with a history: {len(with_history)}\n  {names}\n"
            "Put them back, or sync with --remove: they are no longer looked at, their history"
            " stays."
        )
    for target in gone:
        changes.append(Change("remove", f"target {_name(target)}", "its history stays"))
        target.removed_at = now
        target.save(update_fields=["removed_at"])
        target.source.reads = "none"
        target.source.save(update_fields=["reads"])


def _retire_tiers(
    rollout: Rollout, spec: RolloutSpec, changes: list[Change], now: datetime
) -> None:
    """Take out the tiers that the file no longer names."""
    names = [tier.name for tier in spec.tiers]
    for tier in rollout.tiers.filter(removed_at=None).exclude(name__in=names):
        changes.append(Change("remove", f"tier {rollout.key}/{tier.name}"))
        tier.removed_at = now
        tier.save(update_fields=["removed_at"])


def _retire_rollouts(fleet: Fleet, changes: list[Change], now: datetime) -> None:
    """Take out the rollouts that the file no longer names."""
    keys = [spec.key for spec in fleet.rollouts]
    for rollout in Rollout.objects.filter(removed_at=None).exclude(key__in=keys):
        changes.append(Change("remove", f"rollout {rollout.key}"))
        rollout.removed_at = now
        rollout.save(update_fields=["removed_at"])


def _retire_clusters(kept: Collection[str], changes: list[Change], now: datetime) -> None:
    """Take out the clusters that the file no longer names."""
    for cluster in Cluster.objects.filter(removed_at=None).exclude(key__in=list(kept)):
        changes.append(Change("remove", f"cluster {cluster.alias}", cluster.key))
        cluster.removed_at = now
        cluster.save(update_fields=["removed_at"])


def _name(target: Target) -> str:
    return f"{target.tier.rollout.key}/{target.tier.name}/{target.key}"
