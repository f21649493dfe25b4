"""Which targets of the fleet have a mode that nothing tells, so that no promotion may name them."""

from __future__ import annotations

from collections import defaultdict

from rollouts.gates.naming import counted, listed
from rollouts.queries.target_rows import living_targets, name_of
from rollouts.reach import keeps_modes


def untold_targets() -> list[str]:
    """Return one sentence for each rollout that has such targets, with what mends it."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = living_targets().filter(read_back__isnull=True)
    for target in rows.order_by("rollout__position", "tier__rank", "key"):
        if not keeps_modes(target.rollout):
            found[target.rollout.key].append(name_of(target))
    return [
        f"Nothing tells the mode of {counted(len(names), 'target')} of {key}: {listed(names)}. They"
        " are compared, and can be rolled back; no promotion may name them until"
        f" rollouts.{key}.applier has a read_back, an address that answers with the mode."
        for key, names in found.items()
    ]
