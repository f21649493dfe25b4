"""The clusters of a fleet file: identities, aliases, and fields for templates."""

from __future__ import annotations

import re

from rollouts.fleet_file.problems import did_you_mean, shown
from rollouts.fleet_file.scalars import read_alias, read_number, read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_list, open_names, refuse_missing
from rollouts.fleet_file.values import ClusterSpec
from rollouts.fleet_file.yaml_tree import Listing

FIELD = re.compile(r"[a-z][a-z0-9_]*")
SECRET = re.compile(r"(^|_)(password|passwd|secret|token|api_key|private_key)(_|$)")
KEYS = keys_of("clusters[]")
CRITICALITIES = (1, 3)
MOST_LABEL_CHARACTERS = 100  # of an environment or a region


class Clusters:
    """The clusters read so far; one that has a fault of its own is known but holds no value."""

    def __init__(self) -> None:
        self._by_key: dict[str, ClusterSpec | None] = {}
        self._first: dict[str, Spot] = {}

    def add(self, spot: Spot) -> None:
        """Read one cluster; noting what is wrong with it, or that it came before."""
        fields = _read_fields(spot)
        if fields is None:
            return
        key = read_text(fields["key"]) if "key" in fields else None
        alias = read_alias(fields["alias"]) if "alias" in fields else None
        cluster = _cluster(fields, key or "", alias or "")
        is_new = [
            self._is_first(fields[name], f"{name} {shown(value)}")
            for name, value in (("key", key), ("alias", alias))
            if value
        ]
        if key and is_new[0]:
            self._by_key[key] = cluster if all(is_new) and alias else None

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def get(self, key: str) -> ClusterSpec | None:
        """Return the cluster, None where it has a fault that is already noted."""
        return self._by_key[key]

    def all(self) -> tuple[ClusterSpec, ...]:
        """Return the clusters in the order of the file."""
        return tuple(cluster for cluster in self._by_key.values() if cluster)

    def mend_for(self, unknown: str) -> str:
        """Return what to write in place of a key that no cluster has."""
        for cluster in self.all():
            if unknown == cluster.alias:
                return f"This is an alias; write the key {shown(cluster.key)}."
        return did_you_mean(unknown, self._by_key, otherwise="Add it under clusters.")

    def _is_first(self, spot: Spot, what: str) -> bool:
        first = self._first.setdefault(what, spot)
        if first is spot:
            return True
        spot.refuse(f"the {what} is taken by line {first.line}", "Give each cluster its own.")
        return False


def read_clusters(spot: Spot) -> Clusters | None:
    """Return all clusters of the list, None where there is no list."""
    clusters = Clusters() if isinstance(spot.node, Listing) else None
    for item in open_list(spot):
        if clusters is not None:
            clusters.add(item)
    return clusters


def _cluster(fields: dict[str, Spot], key: str, alias: str) -> ClusterSpec:
    texts = {name: read_text(value) or "" for name, value in fields.items() if name not in KEYS}
    least, most = CRITICALITIES
    criticality = None
    if "criticality" in fields:
        criticality = read_number(fields["criticality"], least=least, most=most)
    return ClusterSpec(
        key=key,
        alias=alias,
        environment=_optional_text(fields, "environment"),
        region=_optional_text(fields, "region"),
        criticality=criticality,
        fields=texts,
    )


def _optional_text(fields: dict[str, Spot], name: str) -> str:
    if name not in fields:
        return ""
    return read_text(fields[name], most=MOST_LABEL_CHARACTERS) or ""


def _read_fields(spot: Spot) -> dict[str, Spot] | None:
    """Return the values by name; further names are welcome unless they look like a slip."""
    found = open_names(spot)
    if found is None:
        return None
    refuse_missing(spot, found, KEYS)
    for name, value in found.items():
        if name in KEYS:
            continue
        if SECRET.search(name):
            value.refuse("a secret has no place here", "Take it out; pages and logs show fields.")
        elif not FIELD.fullmatch(name):
            value.refuse(
                "this name cannot stand in a template", "Use small letters, digits, underscores."
            )
        elif slip := _slip(name):
            value.refuse("almost a known key", f"{slip} If not, choose a less similar name.")
    return found


def _slip(name: str) -> str:
    """Return the question for a name that differs from a known key by a letter or two."""
    return did_you_mean(name, KEYS, otherwise="", closeness=0.8)
