"""Where the mode in force is read back: a template for all targets, and what a target overrides."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rollouts.fleet_file.addresses import proxy_fault
from rollouts.fleet_file.problems import shown
from rollouts.fleet_file.scalars import read_credential, read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_table
from rollouts.fleet_file.templates import Template, read_template
from rollouts.fleet_file.values import ClusterSpec, ReadBackSpec

SECTION = "rollouts.NAME.applier.read_back"
MOST_PATH_CHARACTERS = 500
POINTER = re.compile(r"(/([^~/]|~[01])*)+")  # RFC 6901 §3, without the empty pointer


@dataclass(frozen=True, slots=True)
class ReadBackDraft:
    """A read back as written; `stated` are the keys written there."""

    address: Template | None = None
    pointer: str | None = None
    credential: str | None = None
    ca_bundle: str | None = None
    proxy: Template | None = None
    stated: frozenset[str] = frozenset()

    def overridden_by(self, other: ReadBackDraft) -> ReadBackDraft:
        """Return this read back with every key that the other states."""
        return replace(self, **{field: getattr(other, field) for field in other.stated})

    def as_template(self) -> ReadBackSpec:
        """Return the read back with its placeholders still in it."""
        address = self.address.text if self.address else ""
        return self._spec(address, self.proxy.text if self.proxy else None)

    def filled(self, cluster: ClusterSpec) -> ReadBackSpec:
        """Return the read back of one cluster."""
        address = self.address.filled(cluster) if self.address else None
        return self._spec(address or "", self.proxy.filled(cluster) if self.proxy else None)

    def _spec(self, address: str, proxy: str | None) -> ReadBackSpec:
        return ReadBackSpec(address, self.pointer or "", self.credential, self.ca_bundle, proxy)


def read_read_back(spot: Spot, *, partial: bool) -> ReadBackDraft:
    """Return a read back as written; `partial` where another one may state the rest."""
    table = open_table(spot, keys_of(SECTION), partial=partial)
    given = {key: value for key, value in table.items() if not value.is_null}
    return ReadBackDraft(
        address=read_template(table["address"]) if "address" in table else None,
        pointer=_pointer(table["pointer"]) if "pointer" in table else None,
        credential=read_credential(given["credential"]) if "credential" in given else None,
        ca_bundle=read_text(given["ca_bundle"], most=MOST_PATH_CHARACTERS)
        if "ca_bundle" in given
        else None,
        proxy=read_template(given["proxy"], proxy_fault) if "proxy" in given else None,
        stated=frozenset(table),
    )


def _pointer(spot: Spot) -> str | None:
    text = read_text(spot)
    if text is not None and not POINTER.fullmatch(text):
        spot.refuse(
            f"{shown(text)} is not a JSON pointer",
            "Begin with /, write ~1 for a / and ~0 for a ~ inside a name, as in /config/mode.",
        )
        return None
    return text
