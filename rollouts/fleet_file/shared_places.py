"""Two rollouts that keep their modes in one value: moving the one would move the other unseen.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rollouts.fleet_file.problems import Problem, Problems, shown
from rollouts.fleet_file.values import RolloutSpec, TargetSpec


class Spot(NamedTuple):
    """Where one value stands: a key in a file on a branch of a repository."""

    remote: str
    branch: str
    file: str
    key: str


def refuse_shared_places(rollouts: Sequence[RolloutSpec], problems: Problems) -> None:
    """Note each value that two rollouts of the file would change, once a rollout and value."""
    taken: dict[Spot, str] = {}
    for rollout in rollouts:
        own: dict[Spot, TargetSpec] = {}
        for tier in rollout.tiers:
            for target in tier.targets:
                for spot in _spots(target):
                    own.setdefault(spot, target)
        for spot, target in own.items():
            if spot in taken:
                problems.add(_problem(rollout, target, spot, taken[spot]))
        taken.update((spot, rollout.key) for spot in own)


def _spots(target: TargetSpec) -> Iterator[Spot]:
    """Yield the values that say the mode of a target: its own, and the default it may share."""
    options = target.applier_options
    if "remote" not in options or "key" not in options:
        return
    where = options["remote"], options.get("branch", "")
    if "file" in options:
        yield Spot(*where, options["file"], options["key"])
    if "defaults" in options:
        key = options.get("defaults_key") or options["key"].rpartition(".")[2]
        yield Spot(*where, options["defaults"], key)


def _problem(rollout: RolloutSpec, target: TargetSpec, spot: Spot, other: str) -> Problem:
    """Return what is wrong, at the first target that it is wrong for."""
    return Problem(
        target.line,
        f"rollouts.{rollout.key}",
        f"its mode is kept in the same value as that of rollout {other}: {shown(spot.key)} in"
        f" {shown(spot.file)}, so moving the one moves the other",
        "Give each rollout a key of its own.",
    )
