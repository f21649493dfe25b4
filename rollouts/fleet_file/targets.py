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
from rollouts.fleet_file.values import ClusterSpec, ReadBackSpec, SideSpec, TargetSpec
from rollouts.fleet_file.yaml_tree import Scalar

SIDES = ("legacy", "shadow")
KEYS = keys_of("rollouts.NAME.tiers[].targets[]")


@dataclass(slots=True)
class TargetReader:
    """What all targets of a rollout share, and which were met so far.

    Without `clusters`, where their list could not be read, no target is looked up.
    """

    clusters: Clusters | None
    legacy: SideDraft
    shadow: SideDraft
    applier: ApplierDraft
    _met: dict[str, tuple[str, int]] = field(default_factory=dict)
    _pairs: dict[tuple[frozenset[str], frozenset[str]], str] = field(default_factory=dict)

    def read(self, spot: Spot, *, tier: str, tier_mode: str | None) -> TargetSpec | None:
        """Return one target; None, and problems, where it names no cluster that is its own."""
        is_short = isinstance(spot.node, Scalar)
        table = {"cluster": spot} if is_short else open_table(spot, KEYS)
        own_mode = read_mode(table["mode"]) if "mode" in table else None
        own = {name: read_side(value) for name, value in table.items() if name in SIDES}
        read_back = self._read_back(table)
        cluster = self._cluster(table["cluster"], tier) if "cluster" in table else None
        if cluster is None:
            return None
        legacy = self._side("legacy", self.legacy, own, cluster, spot)
        shadow = self._side("shadow", self.shadow, own, cluster, spot)
        self._refuse_same(legacy, shadow, cluster, spot)
        return TargetSpec(
            key=cluster.key,
            cluster=cluster,
            legacy=legacy,
            shadow=shadow,
            read_back=self._fill_read_back(read_back, cluster, table.get("read_back", spot)),
            mode=own_mode or tier_mode,
            applier_options=self.applier.options_for(cluster),
            line=table["cluster"].line,
        )

    def _cluster(self, spot: Spot, tier: str) -> ClusterSpec | None:
        key = read_text(spot)
        if key is None:
            return None
        if self.clusters is None:
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

    def _side(
        self,
        name: str,
        template: SideDraft,
        own: dict[str, SideDraft],
        cluster: ClusterSpec,
        at: Spot,
    ) -> SideSpec:
        draft = template.overridden_by(own[name]) if name in own else template
        if "address" not in draft.stated:
            at.refuse(
                f"no {name} address, neither here nor in the rollout's evidence",
                f'Add {name}: {{address: "http://HOST:PORT/routes"}} here or there.',
            )
        return draft.filled(cluster)

    def _refuse_same(
        self, legacy: SideSpec, shadow: SideSpec, cluster: ClusterSpec, at: Spot
    ) -> None:
        """Note sides that share an address, and a pair of sides that another target has."""
        left, right = (frozenset(map(normal_address, side.addresses)) for side in (legacy, shadow))
        if left & right:
            at.refuse(
                "legacy and shadow read the same address", "Give each side an address of its own."
            )
        if not left or not right:
            return
        other = self._pairs.setdefault((left, right), cluster.key)
        if other != cluster.key:
            at.refuse(
                f"reads the very addresses of {shown(other)}",
                "Put a placeholder such as {alias} into them: each target proves itself.",
            )

    def _read_back(self, table: dict[str, Spot]) -> ReadBackDraft | None:
        """Return the read back that holds here: the applier's, with what stands here over it."""
        if "read_back" not in table:
            return self.applier.read_back
        own = read_read_back(table["read_back"], partial=True)
        base = self.applier.read_back
        return base.overridden_by(own) if base else own

    def _fill_read_back(
        self, draft: ReadBackDraft | None, cluster: ClusterSpec, at: Spot
    ) -> ReadBackSpec | None:
        return draft.filled(cluster, at=at) if draft else None
