"""What the two sides of a served cluster say, and where they disagree for longer than a moment."""

from __future__ import annotations

from diffs.compare import compare
from diffs.formats import FORMATS
from diffs.report import Finding, Report
from diffs.table import Table
from tests.demo.fleet.served import WHOLE, ServedFleet

ESKIP = FORMATS["eskip"]


def table(served: ServedFleet, alias: str, side: str) -> Table:
    """Read one side as the workers do: legacy as a whole, shadow as it comes."""
    more = "" if side == "shadow" else WHOLE
    return ESKIP.read(served.ask(alias, side, more).body)


def compared(served: ServedFleet, alias: str) -> Report:
    """Compare the two sides of a cluster at this second."""
    return compare(table(served, alias, "legacy"), table(served, alias, "shadow"))


def lasting(served: ServedFleet, alias: str) -> list[Finding]:
    """Return the findings of routes that differ now and a second later still.

    Changes are 8 s apart and through within half a second, so none of them is seen twice.
    """
    before = {finding.key for finding in compared(served, alias).findings}
    served.now += 1
    return [finding for finding in compared(served, alias).findings if finding.key in before]
