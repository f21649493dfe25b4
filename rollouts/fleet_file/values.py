"""What a fleet file says, as values: templates filled, tier policies merged, durations in seconds.

Pure: nothing here imports Django, reads a clock or opens a socket. The mappings are plain
dictionaries, so that `dataclasses.asdict` gives a document that JSON can hold; do not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OFF, SHADOW, EXEC = MODES = ("off", "shadow", "exec")  # the words of rollouts.machine.Mode


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    """One cluster: its identity (`key`, never changed), its alias, and its fields for templates.

    Units
        criticality     1 not critical, 2 standard production, 3 card data (the registry's levels);
                        None where the file does not say
    """

    key: str
    alias: str
    environment: str
    region: str
    criticality: int | None
    fields: Mapping[str, str]

    @property
    def placeholders(self) -> dict[str, str]:
        """Return what a template may name: every field that holds a text, and `local_id`.

        Without a `local_id` of its own it is what follows the last colon of the key, as in
        aws:ACCOUNT:REGION:LOCAL_ID.
        """
        known = {
            "local_id": self.key.rpartition(":")[2],
            **self.fields,
            "key": self.key,
            "alias": self.alias,
            "environment": self.environment,
            "region": self.region,
            "criticality": str(self.criticality or ""),
        }
        return {name: text for name, text in known.items() if text}


@dataclass(frozen=True, slots=True)
class SideSpec:
    """Where and how one side is read.

    Units
        addresses       one address, or those of several pods that must agree
        paging          routes per page where the address demands pages; None reads all at once
    """

    addresses: tuple[str, ...] = ()
    credential: str | None = None
    ca_bundle: str | None = None
    proxy: str | None = None
    metrics: str | None = None
    paging: int | None = None


@dataclass(frozen=True, slots=True)
class ReadBackSpec:
    """Where the mode that is really in force is read: a JSON document and a pointer into it."""

    address: str
    pointer: str
    credential: str | None = None
    ca_bundle: str | None = None
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSpec:
    """What proves equivalence; `legacy` and `shadow` are templates, not yet filled.

    `options` are those of the format, as JSON has them.
    """

    format: str
    interval_seconds: int
    legacy: SideSpec
    shadow: SideSpec
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApplierSpec:
    """What carries a mode out; `options` and `read_back` are templates, not yet filled."""

    kind: str
    options: Mapping[str, str]
    read_back: ReadBackSpec | None


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """What a step asks for.

    Units
        quorum          people beside the requester: a count, or a count per group
        looks           good looks within the soak
        changes         changes that both sides applied alike within the soak
    deadline        from a change until every target is seen to have followed it

    Shapes
        expected_needs_second   whether an expected difference waits for a second person
    """

    quorum: int | Mapping[str, int]
    soak_seconds: int
    looks: int
    changes: int
    bake_seconds: int
    expires_seconds: int
    deadline_seconds: int
    expected_needs_second: bool = True

    @property
    def approvers(self) -> int:
        """Return how many approvals the quorum comes to, all groups together."""
        return self.quorum if isinstance(self.quorum, int) else sum(self.quorum.values())


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """One cluster in one tier, every template filled with its fields.

    Units
        mode            the declared present mode (its own, else the tier's); None where unsaid
        applier_options the applier's options with the target's placeholders filled
        line            where the file names the target, first line 1
    """

    key: str
    cluster: ClusterSpec
    legacy: SideSpec
    shadow: SideSpec
    read_back: ReadBackSpec | None
    mode: str | None
    applier_options: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class TierSpec:
    """One tier; `rank` counts from 1 in the order of the file, `policy` is the effective one."""

    name: str
    rank: int
    production: bool
    policy: PolicySpec
    mode: str | None
    targets: tuple[TargetSpec, ...]


@dataclass(frozen=True, slots=True)
class RolloutSpec:
    """One rollout; `modes` spells each mode as the outside world does."""

    key: str
    title: str
    evidence: EvidenceSpec
    modes: Mapping[str, str]
    applier: ApplierSpec
    policy: PolicySpec
    tiers: tuple[TierSpec, ...]


@dataclass(frozen=True, slots=True)
class Fleet:
    """All that one fleet file says, in the order of the file."""

    clusters: tuple[ClusterSpec, ...]
    rollouts: tuple[RolloutSpec, ...]
