"""Templates: texts with {placeholders} that a cluster's fields fill.

A placeholder is a name in braces; braces have no other use, and there is no way to escape them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rollouts.fleet_file.addresses import Fault, address_fault
from rollouts.fleet_file.problems import did_you_mean, shown
from rollouts.fleet_file.scalars import read_text
from rollouts.fleet_file.spot import Spot
from rollouts.fleet_file.values import ClusterSpec

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MOST_CHARACTERS = 2000

Check = Callable[[str], Fault | None]


def fill(template: str, fields: Mapping[str, str]) -> str:
    """Return the template with each placeholder replaced; KeyError names one without a value."""
    return PLACEHOLDER.sub(lambda found: fields[found[1]], template)


@dataclass(frozen=True, slots=True)
class Template:
    """A text, where it stands, and what it must be once it is filled."""

    spot: Spot
    text: str
    check: Check

    def filled(self, cluster: ClusterSpec) -> str | None:
        """Return the text for one cluster; None, and problems, where it does not come out well."""
        fields = cluster.placeholders
        unknown = [name for name in PLACEHOLDER.findall(self.text) if name not in fields]
        for name in unknown:
            self.spot.refuse(
                f"no field {shown(name)} to fill the template with",
                did_you_mean(name, fields, otherwise=f"Known: {', '.join(fields)}."),
                target=cluster.key,
            )
        if unknown:
            return None
        text = fill(self.text, fields)
        fault = self.check(text)
        if fault is not None:
            self.spot.refuse(fault.message, fault.mend, target=cluster.key)
        return None if fault else text


def read_template(spot: Spot, check: Check = address_fault) -> Template | None:
    """Return what stands here as a template; one without placeholders is checked at once."""
    text = read_text(spot, most=MOST_CHARACTERS)
    if text is None:
        return None
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        spot.refuse(
            "a brace without its partner", "Write placeholders as {alias}, no other braces."
        )
        return None
    fault = check(text) if rest == text else None
    if fault is not None:
        spot.refuse(fault.message, fault.mend)
        return None
    return Template(spot, text, check)
