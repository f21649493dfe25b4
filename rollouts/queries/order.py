"""The order of a promotion: what an applier is asked to carry out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypedDict

from rollouts.appliers.manual import Manual
from rollouts.appliers.order import Order, Place
from rollouts.fleet_file.templates import fill
from rollouts.fleet_file.values import ClusterSpec
from rollouts.machine import Kind, Mode, is_riskier, mode_step
from rollouts.models import Cluster, Promotion, Rollout, Target, Tier
from rollouts.queries.target_rows import living_targets


class WayBack(TypedDict, total=False):
    """The parts of an order that only a rollback has."""

    takes: tuple[str, ...]
    leaves: tuple[str, ...]
    needs_commit: bool
    passes_over: bool


def order_of(promotion: Promotion, *, audit_head: str) -> Order:
    """Return the order of a promotion, with every other cluster of the fleet beside it.

    A cluster that left the fleet file is none: where the repository still has a file of it, the
    applier finds that by itself.
    """
    tier = promotion.tier
    members = promotion.members.select_related("target__cluster").order_by("target__key")
    targets = [member.target for member in members]
    moved = {target.cluster_id for target in targets if target.cluster_id is not None}
    rest = Cluster.objects.filter(removed_at=None).exclude(pk__in=moved).order_by("key")
    people = promotion.approvals.select_related("approver")
    return Order(
        promotion=promotion.name,
        idempotency_key=promotion.idempotency_key,
        rollout=tier.rollout.key,
        tier=tier.name,
        generation=promotion.generation or next_generation(promotion),
        from_mode=promotion.from_mode,
        to_mode=promotion.to_mode,
        words=dict(tier.rollout.modes),
        places=tuple(place_of(target, tier.rollout) for target in targets),
        others=tuple(_elsewhere(cluster, tier.rollout) for cluster in rest),
        requested_by=promotion.requested_by.get_username(),
        approved_by=tuple(row.approver.get_username() for row in people),
        evidence=promotion.evidence_digest,
        audit_head=audit_head,
        title=title_of(promotion),
        reason=promotion.reason,
        **_way_back(promotion.kind, Mode(promotion.to_mode)),
    )


def _way_back(kind: str, to_mode: Mode) -> WayBack:
    """Return what a rollback may meet: any riskier mode is taken back, any safer one is kept.

    It waits for nobody: what cannot be written is left out, so that the others go back at once.
    """
    if kind != Kind.ROLLBACK:
        return {}
    known = (Mode.OFF, Mode.SHADOW, Mode.EXEC)
    return {
        "takes": tuple(mode for mode in known if is_riskier(mode, to_mode)),
        "leaves": tuple(mode for mode in known if is_riskier(to_mode, mode)),
        "needs_commit": True,
        "passes_over": True,
    }


def forecast_order(
    tier: Tier, from_mode: Mode, to_mode: Mode, named: Collection[int] | None = None
) -> Order:
    """Return the order that moving targets of a tier from one mode to another would come to.

    Shapes
        named   the ids of the targets that would move; None: all in that mode
    """
    listed = living_targets().filter(tier=tier, mode=from_mode).order_by("key")
    if named is not None:
        listed = listed.filter(pk__in=named)
    targets = list(listed.select_related("cluster"))
    moved = {target.cluster_id for target in targets if target.cluster_id is not None}
    rest = Cluster.objects.filter(removed_at=None).exclude(pk__in=moved).order_by("key")
    rollout = tier.rollout
    kind = mode_step(from_mode, to_mode).kind
    verb = "Promote" if kind == Kind.PROMOTION else "Roll back"
    return Order(
        promotion="P-…",
        idempotency_key="…",
        rollout=rollout.key,
        tier=tier.name,
        generation=max([tier.generation, *(target.generation for target in targets)]) + 1,
        from_mode=from_mode,
        to_mode=to_mode,
        words=dict(rollout.modes),
        places=tuple(place_of(target, rollout) for target in targets),
        others=tuple(_elsewhere(cluster, rollout) for cluster in rest),
        requested_by="…",
        approved_by=(),
        evidence="…",
        audit_head="…",
        title=f"{verb} {rollout.key} {tier.name} from {from_mode} to {to_mode} (P-…)",
        reason="",
        **_way_back(kind, to_mode),
    )


def next_generation(promotion: Promotion) -> int:
    """Return the generation that a promotion would get, were it started now."""
    return promotion.base_generation + 1


def title_of(promotion: Promotion) -> str:
    """Return the one line that a commit begins with."""
    tier = promotion.tier
    verb = "Roll back" if promotion.kind == Kind.ROLLBACK else "Promote"
    step = f"{promotion.from_mode} to {promotion.to_mode}"
    return f"{verb} {tier.rollout.key} {tier.name} from {step} ({promotion.name})"


def place_of(target: Target, rollout: Rollout) -> Place:
    """Return where a target's mode is kept."""
    cluster = target.cluster
    fields = _fields(cluster) if cluster else {}
    name = cluster.alias if cluster else target.key
    return Place(target.key, name, _options(rollout, fields), fields)


def _elsewhere(cluster: Cluster, rollout: Rollout) -> Place:
    fields = _fields(cluster)
    return Place(cluster.key, cluster.alias, _options(rollout, fields), fields)


def _options(rollout: Rollout, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the applier's options filled for one cluster; one that lacks a field goes without.

    What a person is told is filled by its applier: braces that it does not know are plain text.
    """
    options = rollout.applier.get("options", {})
    if rollout.applier.get("kind") == Manual.kind:
        return dict(options)
    filled = {}
    for name, text in options.items():
        try:
            filled[name] = fill(text, fields)
        except KeyError:
            continue
    return filled


def _fields(cluster: Cluster) -> dict[str, str]:
    return ClusterSpec(
        key=cluster.key,
        alias=cluster.alias,
        environment=cluster.environment,
        region=cluster.region,
        criticality=cluster.criticality,
        fields=cluster.fields,
    ).placeholders
