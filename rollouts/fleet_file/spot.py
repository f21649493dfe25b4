"""A spot: one node of the tree, with the path that leads to it and the list to complain to.

A reader takes a spot and returns what stands there, or None after noting why not; so one run
finds all that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollouts.fleet_file.problems import Problem, Problems, did_you_mean, shown
from rollouts.fleet_file.schema import Key
from rollouts.fleet_file.yaml_tree import Listing, Node, Scalar, Table


@dataclass(frozen=True, slots=True)
class Spot:
    """One place in the file.

    Units
        line    first line 1: of the key that the value stands under, else of the value
    """

    node: Node
    path: str
    line: int
    problems: Problems

    @property
    def is_null(self) -> bool:
        """Whether nothing, ~ or null stands here."""
        return isinstance(self.node, Scalar) and self.node.is_null

    def refuse(self, message: str, mend: str, *, target: str = "") -> None:
        """Note a problem at this place; `target` is whose fields filled the template."""
        self.problems.add(Problem(self.line, self.path, message, mend), target=target)

    def found(self) -> str:
        """Say what kind of value stands here, without its text."""
        if self.is_null:
            return "nothing"
        return {Table: "a mapping", Listing: "a list"}.get(type(self.node), "a single value")


def open_table(spot: Spot, keys: Mapping[str, Key], *, partial: bool = False) -> dict[str, Spot]:
    """Return the values of the known keys; note unknown ones and, unless partial, missing ones.

    A place that holds no mapping gives an empty one, and one problem.
    """
    names = open_names(spot)
    if names is None:
        return {}
    for name, value in names.items():
        if name not in keys:
            known = ", ".join(keys)
            value.refuse("unknown key", did_you_mean(name, keys, otherwise=f"Known: {known}."))
    if not partial:
        refuse_missing(spot, names, keys)
    return {name: value for name, value in names.items() if name in keys}


def refuse_missing(spot: Spot, found: Mapping[str, Spot], keys: Mapping[str, Key]) -> None:
    """Note each required key that `found` lacks."""
    for key in keys.values():
        if key.is_required and key.name not in found:
            spot.refuse(f"{key.name} is missing", f"Add {key.name}: {key.example}")


def open_names(spot: Spot) -> dict[str, Spot] | None:
    """Return the values of a mapping by their names; None, and a problem, where there is none."""
    if not isinstance(spot.node, Table):
        mend = "Write {} if it shall be empty." if spot.is_null else "Write KEY: VALUE lines."
        spot.refuse(f"a mapping belongs here, found {spot.found()}", mend)
        return None
    return {
        key.text: Spot(value, f"{spot.path}.{_step(key.text)}".lstrip("."), key.line, spot.problems)
        for key, value in spot.node.pairs
    }


def open_list(spot: Spot) -> tuple[Spot, ...]:
    """Return the items of a list; none, and a problem, where there is no list."""
    if not isinstance(spot.node, Listing):
        mend = "Write [] if it shall be empty." if spot.is_null else "Write a list: - ITEM lines."
        spot.refuse(f"a list belongs here, found {spot.found()}", mend)
        return ()
    return tuple(
        Spot(item, f"{spot.path}[{number}]", item.line, spot.problems)
        for number, item in enumerate(spot.node.items)
    )


def _step(name: str) -> str:
    """Return the key as it stands in a path."""
    return name if name.replace("-", "").replace("_", "").isalnum() else shown(name)
