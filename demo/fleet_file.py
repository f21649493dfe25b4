"""Write the fleet file that makes Penumbra compare the demo fleet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from demo.repository import BRANCH, DEFAULTS, KEY, OWN
from demo.story import CLUSTERS, TIERS, Cluster

Addresses = Mapping[str, Mapping[str, str]]

HEAD = """\
# The demo fleet: twelve clusters in four tiers, served on this machine.
# Made anew at each start of the demo, since the ports change; do not edit.
version: 1
"""

ROLLOUT = """\
rollouts:
  routesrv:
    title: Skipper reads its routes from the route server
    evidence: {{format: eskip, interval: 15s}}
    modes: {{"off": "false", shadow: pre, exec: exec}}
    applier:
      git:
        remote: {remote}
        branch: {branch}
        file: {file}
        key: config_items.{key}
        defaults: {defaults}
        defaults_key: {key}
      read_back: {{address: {mode}, pointer: /{key}}}
    # Short on purpose: a demo is looked at for minutes, not for weeks.
    policy: {{quorum: 1, soak: 45s, looks: 3, changes: 1, bake: 30s, expires: 24h, deadline: 3m}}
    tiers:"""

PRODUCTION = """\
        production: true
        policy: {quorum: 2}"""


def write_fleet_file(path: Path, addresses: Addresses, *, remote: str) -> None:
    """Write the fleet file for these addresses.

    Shapes
        addresses  alias -> {legacy, shadow, metrics, mode}, one entry for each cluster of the story
        remote     the repository that keeps the modes

    Errors
        KeyError    a cluster of the story has no addresses
        ValueError  the mode addresses differ by more than the alias
    """
    path.write_text(fleet_text(addresses, remote=remote), encoding="utf-8")


def fleet_text(addresses: Addresses, *, remote: str) -> str:
    """Return the text of the fleet file; errors as `write_fleet_file`."""
    lines = [HEAD, "clusters:", *(f"  - {_identity(cluster)}" for cluster in CLUSTERS), ""]
    lines.append(
        ROLLOUT.format(
            mode=json.dumps(_mode_template(addresses)),
            remote=json.dumps(remote),
            branch=BRANCH,
            file=json.dumps(OWN),
            key=KEY,
            defaults=DEFAULTS,
        )
    )
    for tier in TIERS:
        members = [cluster for cluster in CLUSTERS if cluster.tier == tier]
        lines.append(f"      - name: {tier}")
        lines += [PRODUCTION] if tier == TIERS[-1] else []
        lines.append("        targets:")
        lines += [_target(cluster, addresses[cluster.alias]) for cluster in members]
    return "\n".join((*lines, ""))


def _identity(cluster: Cluster) -> str:
    return (
        f"{{key: {json.dumps(cluster.key)}, alias: {cluster.alias}, "
        f"environment: {cluster.environment}, region: {cluster.region}, "
        f"criticality: {cluster.criticality}}}"
    )


def _target(cluster: Cluster, addresses: Mapping[str, str]) -> str:
    legacy, shadow, metrics = (json.dumps(addresses[k]) for k in ("legacy", "shadow", "metrics"))
    return (
        f"          - cluster: {json.dumps(cluster.key)}\n"
        f"            legacy: {{address: {legacy}}}\n"
        f"            shadow: {{address: {shadow}, metrics: {metrics}}}"
    )


def _mode_template(addresses: Addresses) -> str:
    """Return the one address of which each cluster's mode address is a case."""
    templates = {
        addresses[cluster.alias]["mode"].replace(f"/{cluster.alias}/", "/{alias}/")
        for cluster in CLUSTERS
    }
    if len(templates) != 1:
        raise ValueError(
            f"the mode addresses follow no common form: {', '.join(sorted(templates))}"
        )
    return templates.pop()
