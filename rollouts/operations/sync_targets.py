"""Write the targets of one tier, each with its source. Part of the sync's transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from diffs.operations.set_up_source import SideSetUp, SourceSetUp, add_source, change_source
from rollouts.fleet_file import RolloutSpec, SideSpec, TargetSpec, TierSpec
from rollouts.machine import READS, Mode
from rollouts.models import Cluster, Rollout, Target, Tier
from rollouts.operations.adopt_mode import adopt_mode
from rollouts.queries.rollback_targets import may_be_in

Told = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class TargetSync:
    """One tier with what the file says of it; `write` brings one of its targets in step."""

    rollout: Rollout
    tier: Tier
    rollout_spec: RolloutSpec
    tier_spec: TierSpec
    now: datetime

    def write(self, spec: TargetSpec, cluster: Cluster) -> tuple[Target, Told]:
        """Write one target and its source; return it with what was done, as verb, what, detail."""
        name = f"target {self.rollout.key}/{self.tier.name}/{cluster.alias}"
        target = (
            Target.objects.select_for_update(of=("self",))
            .filter(rollout=self.rollout, key=spec.key)
            .select_related("source__state", "tier")
            .first()
        )
        told: Told = []
        is_doubtful = target is not None and _left_in_exec(target)
        if target is None:
            target = self._add(spec, cluster)
            told.append(("add", name, ""))
        else:
            told += self._change(target, spec, name)
        if target.mode == Mode.UNKNOWN and spec.mode and not is_doubtful:
            adopt_mode(target, Mode(spec.mode), source="the fleet file", now=self.now)
            told.append(("adopt", name, f"mode {spec.mode}"))
        return target, told

    def _add(self, spec: TargetSpec, cluster: Cluster) -> Target:
        """Write a new target: read on both sides until its mode is known, without clean time."""
        source = add_source(self._set_up(spec), now=self.now)
        source.reads = "both"
        source.save(update_fields=["reads"])
        return Target.objects.create(
            rollout=self.rollout,
            tier=self.tier,
            key=spec.key,
            cluster=cluster,
            source=source,
            read_back=asdict(spec.read_back) if spec.read_back else None,
            observe_next_at=self.now if spec.read_back else None,
        )

    def _change(self, target: Target, spec: TargetSpec, name: str) -> Told:
        """Bring an existing target in step, taking it back where it had been removed."""
        told: Told = []
        if target.tier_id != self.tier.pk:
            told.append(("move", name, f"from {target.tier.name}"))
            target.tier = self.tier
        if target.removed_at is not None:
            told.append(("return", name, "its proof starts anew"))
            self._take_back(target)
        read_back = asdict(spec.read_back) if spec.read_back else None
        if target.read_back != read_back:
            told.append(("change", name, "read back"))
            target.read_back = read_back
            target.observe_next_at = self.now if read_back else None
        target.save()
        if changed := change_source(target.source, self._set_up(spec), now=self.now):
            told.append(("change", name, ", ".join(changed)))
        return told

    def _take_back(self, target: Target) -> None:
        """Make a removed target what a new one is: what was known of its mode is too old."""
        target.removed_at, target.mode, target.mode_since = None, Mode.UNKNOWN, None
        target.observed_mode, target.observed_at, target.observe_problem = "", None, ""
        target.observe_next_at = self.now if target.read_back else None
        restart_proof(
            target.source_id,
            reads=Reads(READS[Mode.UNKNOWN]),
            is_soaking=False,
            reason="back in the fleet file",
            now=self.now,
        )
        target.source.refresh_from_db()

    def _set_up(self, spec: TargetSpec) -> SourceSetUp:
        """Return the target's source as diffs wants it described."""
        return SourceSetUp(
            labels={
                "rollout": self.rollout.key,
                "tier": self.tier.name,
                "rank": self.tier.rank,
                "target": spec.key,
                "cluster": spec.cluster.alias,
            },
            format=self.rollout_spec.evidence.format,
            interval_seconds=self.rollout_spec.evidence.interval_seconds,
            legacy=_side(spec.legacy),
            shadow=_side(spec.shadow),
            options=self.rollout_spec.evidence.options,
        )


def _left_in_exec(target: Target) -> bool:
    """Say whether a target left the fleet while it may have been in exec: no file's word counts."""
    if target.removed_at is None:
        return False
    return Mode.EXEC in may_be_in(Target.objects.filter(pk=target.pk)).values()


def _side(spec: SideSpec) -> SideSetUp:
    """Return one side as diffs wants it described."""
    return SideSetUp(
        addresses=spec.addresses,
        credential=spec.credential or "",
        ca_bundle=spec.ca_bundle or "",
        proxy=spec.proxy or "",
        metrics=spec.metrics or "",
        paging=spec.paging or 0,
    )
