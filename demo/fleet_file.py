"""Write the fleet file that makes Penumbra compare the demo fleet.

Three rollouts: the story, whose tiers can be moved in a few minutes by commits to a repository; the
gallery, where each cluster shows a thing to be told apart; the resolver, which is no Skipper. What
the last two move to is carried out by a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo import gallery, story
from demo.repository import BRANCH, DEFAULTS, KEY, OWN
from demo.story import Cluster, Part
from demo.zone_file import zone_lines

Addresses = Mapping[str, Mapping[str, str]]

HEAD = """\
# The demo fleet, served on this machine: twelve clusters in four tiers, a gallery, a resolver.
# Made anew at each start of the demo, since the ports change; do not edit.
version: 1
"""

ROLLOUT = """\
  {name}:
    title: {title}
    evidence: {{format: eskip, interval: {interval}}}
    modes: {{"off": "false", shadow: pre, exec: exec}}
    applier:
{applier}
      read_back: {{address: {mode}, pointer: /{key}}}
    # Short on purpose: a demo is looked at for minutes, not for weeks.
    policy: {{quorum: 1, soak: 45s, looks: 3, changes: 1, bake: 30s, expires: 24h, deadline: 3m}}
    tiers:"""

GIT = """\
      git:
        remote: {remote}
        branch: {branch}
        file: {file}
        key: config_items.{key}
        defaults: {defaults}
        defaults_key: {key}"""

MANUAL = """\
      manual:
        instructions: |-
          curl -X PUT -d '{{"{key}": "{{to}}"}}' {mode}"""


@dataclass(frozen=True, slots=True)
class Staged:
    """One rollout of the demo; `production` names the tiers that need two approvals."""

    name: str
    title: str
    interval: str
    applier: str
    tiers: tuple[str, ...]
    clusters: Sequence[Cluster]
    production: frozenset[str] = frozenset()


STAGED = (
    Staged(
        "routesrv",
        "Skipper reads its routes from the route server",
        "15s",
        GIT,
        story.TIERS,
        story.CLUSTERS,
        frozenset({"production"}),
    ),
    Staged(
        "gallery",
        "What a difference may be, a gallery",
        f"{gallery.INTERVAL_SECONDS:.0f}s",
        MANUAL,
        gallery.TIERS,
        gallery.GALLERY,
    ),
)

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
    lines = [HEAD, "clusters:"]
    lines += [f"  - {_identity(cluster)}" for cluster in gallery.EVERY_CLUSTER]
    lines += ["", "rollouts:"]
    for staged in STAGED:
        lines += _rollout(staged, addresses, remote)
    lines += zone_lines(addresses)
    return "\n".join((*lines, ""))


def _rollout(staged: Staged, addresses: Addresses, remote: str) -> list[str]:
    mode = _mode_template(addresses)
    applier = staged.applier.format(
        remote=json.dumps(remote),
        branch=BRANCH,
        file=json.dumps(OWN),
        key=KEY,
        defaults=DEFAULTS,
        mode=mode,
    )
    lines = [
        ROLLOUT.format(
            name=staged.name,
            title=staged.title,
            interval=staged.interval,
            applier=applier,
            mode=json.dumps(mode),
            key=KEY,
        )
    ]
    for tier in staged.tiers:
        members = [cluster for cluster in staged.clusters if cluster.tier == tier]
        lines.append(f"      - name: {tier}")
        lines += [PRODUCTION] if tier in staged.production else []
        lines.append("        targets:")
        lines += [_target(cluster, addresses[cluster.alias]) for cluster in members]
    return lines


def _identity(cluster: Cluster) -> str:
    return (
        f"{{key: {json.dumps(cluster.key)}, alias: {cluster.alias}, "
        f"environment: {cluster.environment}, region: {cluster.region}, "
        f"criticality: {cluster.criticality}}}"
    )


def sides_of(cluster: Cluster, addresses: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return where the legacy and the shadow side are said to be, right or wrong."""
    pods = [addresses[name] for name in sorted(addresses) if name.startswith("pod-")]
    legacy, shadow = pods or [addresses["legacy"]], [addresses["shadow"]]
    return (shadow, legacy) if cluster.part is Part.SWAPPED else (legacy, shadow)


def _target(cluster: Cluster, addresses: Mapping[str, str]) -> str:
    legacy, shadow = (
        json.dumps(side if len(side) > 1 else side[0]) for side in sides_of(cluster, addresses)
    )
    metrics = json.dumps(addresses["metrics"])
    return (
        f"          - cluster: {json.dumps(cluster.key)}\n"
        f"            legacy: {{address: {legacy}}}\n"
        f"            shadow: {{address: {shadow}, metrics: {metrics}}}"
    )


def _mode_template(addresses: Addresses) -> str:
    """Return the one address of which each cluster's mode address is a case."""
    templates = {
        addresses[cluster.alias]["mode"].replace(f"/{cluster.alias}/", "/{alias}/")
        for cluster in gallery.EVERY_CLUSTER
    }
    if len(templates) != 1:
        raise ValueError(
            f"the mode addresses follow no common form: {', '.join(sorted(templates))}"
        )
    return templates.pop()
