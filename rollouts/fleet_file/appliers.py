"""What carries a mode out: one applier by its kind, its options, and where to read back.

A new kind is one reader and one line in APPLIERS, and its keys in the schema.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rollouts.fleet_file.git_options import read_git
from rollouts.fleet_file.problems import did_you_mean
from rollouts.fleet_file.read_backs import ReadBackDraft, read_read_back
from rollouts.fleet_file.scalars import read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_names, open_table
from rollouts.fleet_file.templates import Template
from rollouts.fleet_file.values import ApplierSpec, ClusterSpec

MOST_INSTRUCTIONS = 2000
READ_BACK = "read_back"

Options = dict[str, Template | str]


@dataclass(frozen=True, slots=True)
class ApplierDraft:
    """An applier as written."""

    kind: str = ""
    options: Options = field(default_factory=dict)
    read_back: ReadBackDraft | None = None

    def as_template(self) -> ApplierSpec:
        """Return the applier with its placeholders still in it."""
        options = {
            name: option if isinstance(option, str) else option.text
            for name, option in self.options.items()
        }
        read_back = self.read_back.as_template() if self.read_back else None
        return ApplierSpec(self.kind, options, read_back)

    def options_for(self, cluster: ClusterSpec) -> dict[str, str]:
        """Return the options of one cluster."""
        return {
            name: option if isinstance(option, str) else option.filled(cluster) or ""
            for name, option in self.options.items()
        }


def read_manual(spot: Spot) -> Options:
    """Return the options of the applier that is a person."""
    if spot.is_null:
        return {}
    table = open_table(spot, keys_of("rollouts.NAME.applier.manual"))
    if "instructions" not in table:
        return {}
    text = read_text(table["instructions"], most=MOST_INSTRUCTIONS, lines=True)
    return {"instructions": text or ""}


APPLIERS: dict[str, Callable[[Spot], Options]] = {"git": read_git, "manual": read_manual}


def read_applier(spot: Spot) -> ApplierDraft:
    """Return the one applier that stands here, and the read back beside it."""
    names = open_names(spot)
    if names is None:
        return ApplierDraft()
    kinds = [name for name in names if name != READ_BACK]
    known = ", ".join(APPLIERS)
    for kind in kinds:
        if kind not in APPLIERS:
            names[kind].refuse(
                "unknown applier",
                did_you_mean(kind, [*APPLIERS, READ_BACK], otherwise=f"Known: {known}."),
            )
    if len(kinds) != 1:
        spot.refuse(
            f"{len(kinds)} appliers stand here, one is needed",
            f"Write one of: {known}; manual: {{}} asks a person.",
        )
    options = {kind: APPLIERS[kind](names[kind]) for kind in kinds if kind in APPLIERS}
    kind, chosen = next(iter(options.items()), ("", {}))
    read_back = names.get(READ_BACK)
    return ApplierDraft(
        kind, chosen, read_read_back(read_back, partial=False) if read_back else None
    )
