"""Print what takes space in the database, and by which rule it is kept."""

from __future__ import annotations

import json
import math
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from diffs.queries.storage import Storage, Stored, storage
from ledger.clock import database_now

TITLES = ("kind", "rows", "size", "oldest", "last 24 h", "kept")
UNITS = ("B", "kB", "MB", "GB", "TB")
WHOLE = 100
"""From here on a number has no digits after the point."""
RIGHT = {1, 2, 4}
"""Columns of numbers."""


class Command(BaseCommand):
    """Read the database that the settings name; writes nothing."""

    help = "Print what takes space in the database: rows, bytes, the oldest row, how long it stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the form of the answer."""
        parser.add_argument("--json", action="store_true", help="print JSON, sizes in bytes")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print one line a kind, or one JSON object."""
        found = storage(now=database_now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), default=str, indent=1))
        else:
            self.stdout.write(_table(found))


def in_words(size: float | None) -> str:
    """Return bytes as people read them: "1.2 GB", "740 kB"; "?" where nobody knows."""
    if size is None:
        return "?"
    places = min(int(math.log10(max(abs(size), 1))) // 3, len(UNITS) - 1)
    value = size / 1000**places
    return (
        f"{value:.0f} {UNITS[places]}"
        if abs(value) >= WHOLE or not places
        else (f"{value:.1f} {UNITS[places]}")
    )


def _table(found: Storage) -> str:
    lines: list[tuple[str, ...]] = [TITLES]
    lines += [_cells(kind) for kind in found.kinds]
    lines.append(("all else", "", in_words(found.unnamed), "", "", "catalogues and free pages"))
    lines.append(("the database", "", in_words(found.bytes), "", "", ""))
    widths = [max(len(line[column]) for line in lines) for column in range(len(TITLES))]
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        cell.rjust(width) if column in RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _cells(kind: Stored) -> tuple[str, ...]:
    new = ""
    if kind.new_rows is not None:
        new = f"{kind.new_rows:,} rows, {in_words(kind.new_bytes)}"
    oldest = kind.oldest_at.strftime("%Y-%m-%d %H:%M") if kind.oldest_at else ""
    return (kind.name, f"{kind.rows:,}", in_words(kind.bytes), oldest, new, kind.rule)
