"""One rollout of a fleet file: its evidence, its modes in the world's spelling, and its parts."""

from __future__ import annotations

from rollouts.fleet_file.appliers import ApplierDraft, read_applier
from rollouts.fleet_file.clusters import Clusters
from rollouts.fleet_file.evidence import EvidenceDraft, read_evidence
from rollouts.fleet_file.policy import DEFAULT_POLICY, read_policy
from rollouts.fleet_file.problems import shown
from rollouts.fleet_file.scalars import NAME, NAME_RULE, read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_table
from rollouts.fleet_file.targets import TargetReader
from rollouts.fleet_file.tiers import read_tiers
from rollouts.fleet_file.values import RolloutSpec


def read_rollout(
    name: str, spot: Spot, *, clusters: Clusters | None, formats: tuple[str, ...]
) -> RolloutSpec:
    """Return one rollout; `formats` are the names of evidence that can be compared."""
    if not NAME.fullmatch(name):
        spot.refuse(
            f"{shown(name)} is not a name here",
            f"Use {NAME_RULE}.",
        )
    table = open_table(spot, keys_of("rollouts.NAME"))
    evidence = read_evidence(table["evidence"], formats) if "evidence" in table else EvidenceDraft()
    applier = read_applier(table["applier"]) if "applier" in table else ApplierDraft()
    policy = read_policy(table.get("policy"), DEFAULT_POLICY)
    templates = {"legacy": evidence.legacy, "shadow": evidence.shadow}
    targets = TargetReader(clusters, table.get("evidence"), templates, applier)
    return RolloutSpec(
        key=name,
        title=(read_text(table["title"]) if "title" in table else None) or name,
        evidence=evidence.as_template(),
        modes=_read_modes(table["modes"]) if "modes" in table else {},
        applier=applier.as_template(),
        policy=policy,
        tiers=read_tiers(table["tiers"], policy=policy, targets=targets)
        if "tiers" in table
        else (),
    )


def _read_modes(spot: Spot) -> dict[str, str]:
    """Return what the outside world calls each mode: texts as written, each of its own."""
    table = open_table(spot, keys_of("rollouts.NAME.modes"))
    modes: dict[str, str] = {}
    for mode, value in table.items():
        text = read_text(value)
        if text is None:
            continue
        if text in modes.values():
            value.refuse(
                f"two modes are spelt {shown(text)}", "Give each mode a value that tells it apart."
            )
        modes[mode] = text
    return modes
