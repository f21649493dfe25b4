"""Fill a database with one source a cluster, all of them due now.

    python -m demo.load.fill --interval 60 < READY-FILE

Reads the line that `demo.load.serve` wrote; prints one line of JSON, {source id: kind}.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

import django

Cluster = dict[str, str]


def fill(clusters: list[Cluster], *, interval_seconds: int) -> dict[int, str]:
    """Write the sources; return {source id: kind of its cluster}."""
    from diffs.models.source import Reads  # noqa: PLC0415  (needs settings)
    from diffs.operations.restart_proof import restart_proof  # noqa: PLC0415
    from diffs.operations.set_up_source import SideSetUp, SourceSetUp, add_source  # noqa: PLC0415
    from ledger.clock import database_now  # noqa: PLC0415

    now, kinds = database_now(), {}
    for cluster in clusters:
        set_up = SourceSetUp(
            labels={"rollout": "load", "tier": "load", "cluster": cluster["cluster"]},
            format="eskip",
            interval_seconds=interval_seconds,
            legacy=SideSetUp((cluster["legacy"],)),
            shadow=SideSetUp((cluster["shadow"],)),
        )
        source = add_source(set_up, now=now)
        restart_proof(source.pk, reads=Reads.BOTH, is_soaking=True, reason="load", now=now)
        kinds[source.pk] = cluster["kind"]
    return kinds


def is_empty() -> bool:
    """Say whether the database holds no source yet."""
    from diffs.models import Source  # noqa: PLC0415  (needs settings)

    return not Source.objects.exists()


def main() -> None:
    """Fill the database that the settings name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interval", type=int, default=60)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    kinds = fill(json.load(sys.stdin), interval_seconds=options.interval)
    sys.stdout.write(json.dumps(kinds) + "\n")


if __name__ == "__main__":
    main()
