"""The rollout of the resolver in the fleet file: records instead of route tables."""

from __future__ import annotations

import json
from collections.abc import Mapping

from demo.fleet.zone_address import KEY
from demo.zones import TIERS, ZONES

ROLLOUT = """\
  resolver:
    title: The new resolver answers for the zones
    evidence:
      format: records
      interval: 20s
      key: [/name, /type]
      ignore: /seen_at
      unordered: /targets
      tolerance: {{/weight: 0.01}}
      legacy: {{address: {legacy}}}
      shadow: {{address: {shadow}}}
    modes: {{"off": old, shadow: both, exec: new}}
    applier:
      manual:
        instructions: |-
          curl -X PUT -d '{{"{key}": "{{to}}"}}' {mode}
      read_back: {{address: {quoted_mode}, pointer: /{key}}}
    policy: {{quorum: 1, soak: 45s, looks: 3, changes: 1, bake: 30s, expires: 24h, deadline: 3m}}
    tiers:"""


def zone_lines(addresses: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the lines of the resolver's rollout; each address is a template of its alias.

    Shapes
        addresses  alias -> {zone-legacy, zone-shadow, zone-mode}, among others

    Errors
        KeyError   a zone's cluster has no such addresses
    """
    alias = ZONES[0].alias
    legacy, shadow, mode = (
        addresses[alias][name].replace(f"/{alias}/", "/{alias}/")
        for name in ("zone-legacy", "zone-shadow", "zone-mode")
    )
    quoted = {"legacy": json.dumps(legacy), "shadow": json.dumps(shadow)}
    lines = [ROLLOUT.format(**quoted, mode=mode, quoted_mode=json.dumps(mode), key=KEY)]
    for tier in TIERS:
        members = ", ".join(json.dumps(zone.cluster.key) for zone in ZONES if zone.tier == tier)
        lines += [f"      - name: {tier}", f"        targets: [{members}]"]
    return lines
