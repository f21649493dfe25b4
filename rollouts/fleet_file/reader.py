"""Bytes of a fleet file in, a Fleet or all that is wrong out.

Flow: bytes -> tree with lines (yaml_text, tree_builder) -> spots -> readers by section -> Fleet.
Each reader notes what it finds wrong and goes on, so that one run tells all; nothing that was
noted reaches a caller as a value.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from rollouts.fleet_file.clusters import read_clusters
from rollouts.fleet_file.problems import FleetFileError, Problems, shown
from rollouts.fleet_file.rollout_entries import read_rollout
from rollouts.fleet_file.scalars import read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.shared_places import refuse_shared_places
from rollouts.fleet_file.spot import Spot, open_names, open_table
from rollouts.fleet_file.values import Fleet
from rollouts.fleet_file.yaml_text import read_tree
from rollouts.fleet_file.yaml_tree import NotATree

VERSION = "1"
FORMATS = ("eskip", "records")


def read_fleet(data: bytes, *, name: str, formats: tuple[str, ...] = FORMATS) -> Fleet:
    """Return the fleet that a YAML file describes.

    Shapes
        data        the bytes of the file, up to 5 MB of UTF-8
        name        how messages call the file
        formats     names of the evidence formats that can be compared

    Units
        every duration in whole seconds, lines from 1

    Errors
        FleetFileError  all problems found, in the order of their lines; where the bytes are not
                        one plain YAML document, that alone
    """
    problems = Problems()
    try:
        tree = read_tree(data, problems)
        fleet = _read(Spot(tree, "", tree.line, problems), formats)
    except NotATree as fault:
        raise FleetFileError((fault.problem,), name=name) from None
    if problems:
        raise FleetFileError(problems.sorted(), name=name)
    return fleet


def _read(top: Spot, formats: tuple[str, ...]) -> Fleet:
    table = open_table(top, keys_of("the file"))
    if "version" in table:
        _check_version(table["version"])
    clusters = read_clusters(table["clusters"]) if "clusters" in table else None
    entries = open_names(table["rollouts"]) or {} if "rollouts" in table else {}
    rollouts = tuple(
        read_rollout(name, spot, clusters=clusters, formats=formats)
        for name, spot in entries.items()
    )
    refuse_shared_places(rollouts, top.problems)
    return Fleet(clusters=clusters.all() if clusters is not None else (), rollouts=rollouts)


def _check_version(spot: Spot) -> None:
    text = read_text(spot)
    if text is not None and text != VERSION:
        spot.refuse(
            f"version {shown(text)} is not one this build reads", f"Write version: {VERSION}."
        )
