"""The two sides of a rollout's evidence: templates for all targets, and what a target overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rollouts.fleet_file.addresses import normal_address, proxy_fault, source_fault
from rollouts.fleet_file.scalars import read_credential, read_number, read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_list, open_table
from rollouts.fleet_file.templates import Template, read_template
from rollouts.fleet_file.values import ClusterSpec, SideSpec
from rollouts.fleet_file.yaml_tree import Listing

SECTION = "rollouts.NAME.evidence.legacy, .shadow"
MOST_PAGE_ROUTES = 1_000_000
MOST_PATH_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class SideDraft:
    """One side as written; `stated` are the keys written there, `at` the place of its address."""

    addresses: tuple[Template, ...] = ()
    credential: str | None = None
    ca_bundle: str | None = None
    proxy: Template | None = None
    metrics: Template | None = None
    paging: int | None = None
    stated: frozenset[str] = frozenset()
    at: Spot | None = None

    def overridden_by(self, other: SideDraft) -> SideDraft:
        """Return this side with every key that the other states."""
        fields = {"addresses" if key == "address" else key for key in other.stated}
        stated = self.stated | other.stated
        changes = {field: getattr(other, field) for field in fields}
        return replace(self, **changes, stated=stated, at=other.at or self.at)

    def as_template(self) -> SideSpec:
        """Return the side with its placeholders still in it."""
        return SideSpec(
            addresses=tuple(address.text for address in self.addresses),
            credential=self.credential,
            ca_bundle=self.ca_bundle,
            proxy=self.proxy.text if self.proxy else None,
            metrics=self.metrics.text if self.metrics else None,
            paging=self.paging,
        )

    def filled(self, cluster: ClusterSpec) -> SideSpec:
        """Return the side of one cluster; addresses that do not come out well are left out."""
        addresses = [address.filled(cluster) for address in self.addresses]
        side = SideSpec(
            addresses=tuple(address for address in addresses if address),
            credential=self.credential,
            ca_bundle=self.ca_bundle,
            proxy=self.proxy.filled(cluster) if self.proxy else None,
            metrics=self.metrics.filled(cluster) if self.metrics else None,
            paging=self.paging,
        )
        if self.at and len({normal_address(a) for a in side.addresses}) < len(side.addresses):
            self.at.refuse(
                "one address stands twice in the list", "Keep it once.", target=cluster.key
            )
        return side


def read_side(spot: Spot) -> SideDraft:
    """Return one side as written; an empty key says: none, whatever the template has."""
    table = open_table(spot, keys_of(SECTION), partial=True)
    given = {key: value for key, value in table.items() if not value.is_null or key == "address"}
    return SideDraft(
        addresses=_addresses(given),
        credential=read_credential(given["credential"]) if "credential" in given else None,
        ca_bundle=read_text(given["ca_bundle"], most=MOST_PATH_CHARACTERS)
        if "ca_bundle" in given
        else None,
        proxy=read_template(given["proxy"], proxy_fault) if "proxy" in given else None,
        metrics=read_template(given["metrics"]) if "metrics" in given else None,
        paging=_paging(given),
        stated=frozenset(table),
        at=table.get("address"),
    )


def _addresses(given: Mapping[str, Spot]) -> tuple[Template, ...]:
    if "address" not in given:
        return ()
    spot = given["address"]
    if not isinstance(spot.node, Listing):
        template = read_template(spot, source_fault)
        return (template,) if template else ()
    items = open_list(spot)
    if not items:
        spot.refuse("the list of addresses is empty", "Write at least one.")
    return tuple(template for item in items if (template := read_template(item, source_fault)))


def _paging(given: Mapping[str, Spot]) -> int | None:
    if "paging" not in given:
        return None
    return read_number(given["paging"], least=1, most=MOST_PAGE_ROUTES)
