"""Print how fast tables are read and compared, against the goals."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from diffs.benchmark.grouping import measure_grouping, throwaway_database
from diffs.benchmark.measures import Row, make_pair, measure_looks, measure_memory
from ledger.clock import database_now

TITLES = ("case", "measured", "ratio", "goal", "")


class Command(BaseCommand):
    """Measure on made-up tables, what is stored in a database of its own."""

    help = (
        "Measure reading and comparing on tables of its own making; exit 1 when a goal is missed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of the tables and how often to measure."""
        parser.add_argument("--routes", type=int, default=20_000, help="routes a side")
        parser.add_argument("--repeats", type=int, default=5, help="runs of which the best counts")
        parser.add_argument(
            "--comparisons", type=int, default=1_000, help="comparisons that memory is watched over"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Measure, print and say by the exit code whether every goal is met."""
        pair = make_pair(options["routes"])
        size = (len(pair.legacy) + len(pair.shadow)) / 2e6
        self.stdout.write(f"{options['routes']} routes a side, {size:.1f} MB each\n")
        rows = list(measure_looks(pair, options["repeats"]))
        with throwaway_database():
            now = database_now()
            rows += measure_grouping(options["routes"], options["repeats"], now=now)
        rows += measure_memory(pair, options["comparisons"])
        self.stdout.write(_table(rows))
        if not all(row.is_met for row in rows):
            sys.exit(1)


def _table(rows: list[Row]) -> str:
    cells = [TITLES]
    for row in rows:
        verdict = "met" if row.is_met else "MISSED"
        cells.append((row.case, row.measured, row.ratio, row.goal, verdict))
    widths = [max(len(line[column]) for line in cells) for column in range(len(TITLES))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
