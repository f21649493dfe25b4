"""The targets of one rollout: which cluster, in one tier only, with every template filled."""

from __future__ import annotations

from dataclasses import dataclass, field

from rollouts.fleet_file.addresses import normal_address
from rollouts.fleet_file.appliers import ApplierDraft
from rollouts.fleet_file.clusters import Clusters
from rollouts.fleet_file.problems import shown
from rollouts.fleet_file.read_backs import ReadBackDraft, read_read_back
from rollouts.fleet_file.scalars import read_mode, read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.sides import SideDraft, read_side
from rollouts.fleet_file.spot import Spot, open_table
from rollouts.fleet_file.values import ClusterSpec, SideSpec, TargetSpec
from rollouts.fleet_file.yaml_tree import Scalar

SIDES = ("legacy", "shadow")
KEYS = keys_of("rollouts.NAME.tiers[].targets[]")


@dataclass(slots=True)
class TargetReader:
    """What all targets of a rollout share, and which were met so far.

    Without `clusters`, where their list could not be read, no target is looked up. `evidence` is
    where an address for all targets would stand, None where the file has no such place.
    """

    clusters: Clusters | None
    evidence: Spot | None
    templates: dict[str, SideDraft]
    applier: ApplierDraft
    _met: dict[str, tuple[str, int]] = field(default_factory=dict)
    _pairs: dict[tuple[frozenset[str], frozenset[str]], str] = field(default_factory=dict)

    def read(self, spot: Spot, *, tier: str, tier_mode: str | None) -> TargetSpec | None:
        """Return one target; None, and problems, where it names no cluster that is its own."""
        is_short = isinstance(spot.node, Scalar)
        table = {"cluster": spot} if is_short else open_table(spot, KEYS)
        own_mode = read_mode(table["mode"]) if "mode" in table else None
        drafts = [self._draft(side, table) for side in SIDES]
        read_back = self._read_back(table)
        cluster = self._cluster(table["cluster"], tier) if "cluster" in table else None
        if cluster is None:
            return None
        self._refuse_missing(drafts, cluster)
        legacy, shadow = (draft.filled(cluster) for draft in drafts)
        self._refuse_same(legacy, shadow, cluster, at=_nearest(spot, drafts))
        return TargetSpec(
            key=cluster.key,
            cluster=cluster,
            legacy=legacy,
            shadow=shadow,
            read_back=read_back.filled(cluster) if read_back else None,
            mode=own_mode or tier_mode,
            applier_options=self.applier.options_for(cluster),
            line=table["cluster"].line,
        )

    def _draft(self, side: str, table: dict[str, Spot]) -> SideDraft:
        """Return the side's template with what stands at the target over it."""
        template = self.templates[side]
        return template.overridden_by(read_side(table[side])) if side in table else template

    def _cluster(self, spot: Spot, tier: str) -> ClusterSpec | None:
        key = read_text(spot)
        if key is None or self.clusters is None:
            return None
        if key not in self.clusters:
            spot.refuse(f"no cluster {shown(key)}", self.clusters.mend_for(key))
            return None
        if key in self._met:
            name, line = self._met[key]
            spot.refuse(
                f"{shown(key)} is already in tier {name}, line {line}",
                "Keep it in one tier: a target is in exactly one.",
            )
            return None
        self._met[key] = (tier, spot.line)
        return self.clusters.get(key)

    def _refuse_missing(self, drafts: list[SideDraft], cluster: ClusterSpec) -> None:
        for side, draft in zip(SIDES, drafts, strict=True):
            if "address" not in draft.stated and self.evidence is not None:
                self.evidence.refuse(
                    f"no {side} address, neither here nor at the target",
                    f'Add {side}: {{address: "http://HOST:PORT/routes"}} here or there.',
                    target=cluster.key,
                )

    def _refuse_same(
        self, legacy: SideSpec, shadow: SideSpec, cluster: ClusterSpec, *, at: Spot
    ) -> None:
        """Note sides that share an address, and a pair of sides that another target has."""
        left, right = (frozenset(map(normal_address, side.addresses)) for side in (legacy, shadow))
        if left & right:
            at.refuse(
                "legacy and shadow read the same address",
                "Give each side an address of its own.",
                target=cluster.key,
            )
        if not left or not right:
            return
        other = self._pairs.setdefault((left, right), cluster.key)
        if other != cluster.key:
            at.refuse(
                f"these are the very addresses of {shown(other)}",
                "Put a placeholder such as {alias} into them: each target proves itself.",
                target=cluster.key,
            )

    def _read_back(self, table: dict[str, Spot]) -> ReadBackDraft | None:
        """Return the read back that holds here: the applier's, with what stands here over it."""
        base = self.applier.read_back
        if "read_back" not in table:
            return base
        own = read_read_back(table["read_back"], partial=base is not None)
        return base.overridden_by(own) if base else own


def _nearest(target: Spot, drafts: list[SideDraft]) -> Spot:
    """Return where an address stands: at the target if one does, else in the shadow's template."""
    places = [draft.at for draft in drafts if draft.at is not None]
    own = [place for place in places if place.path.startswith(target.path)]
    return next(iter([*own, *reversed(places)]), target)
