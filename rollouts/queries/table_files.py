"""The tables of a target as files: what they are called, what they hold, and their sha256."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diffs.outcomes import Side
from diffs.queries.stored_tables import (
    NotKept,
    StoredTable,
    canonical_of,
    raw_pieces,
    sha256_of,
    stored_table,
)
from rollouts.models import Target
from rollouts.queries.target_rows import name_of

PREFIX_LENGTH = 12
LONGEST_NAME = 60

RAW = "application/octet-stream"
"""A body is whatever its side sent: no browser should try to show it."""
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file. `size` in bytes; `pieces` can be read once."""

    name: str
    kind: str
    sha256: str
    size: int
    pieces: Iterator[bytes]


def raw_file(target: Target, side: str, *, sha256: str = "") -> TableFile:
    """Return the body of a side as it was read.

    Errors
        NotKept     see diffs.queries.stored_tables
    """
    table = stored_table(target.source_id, side, sha256=sha256)
    return TableFile(_raw_name(target, table), RAW, table.sha256, table.size, raw_pieces(table))


def canonical_file(target: Target, side: str, *, sha256: str = "") -> TableFile:
    """Return the canonical text of a side's table; `sha256` is that of the body it is made from.

    Errors
        NotKept, TooLarge   see diffs.queries.stored_tables
    """
    table = stored_table(target.source_id, side, sha256=sha256)
    text = canonical_of(table)
    name = _canonical_name(target, table)
    return TableFile(name, TEXT, sha256_of(text), len(text), iter([text]))


def checksums(target: Target) -> str:
    """Return the sha256 of every present file of a target, as `sha256sum --check` reads them.

    Errors
        TooLarge            see diffs.queries.stored_tables
    """
    lines = []
    for side in Side:
        try:
            table = stored_table(target.source_id, side)
            text = sha256_of(canonical_of(table))
        except NotKept:
            continue
        lines.append(f"{table.sha256}  {_raw_name(target, table)}\n")
        lines.append(f"{text}  {_canonical_name(target, table)}\n")
    return "".join(lines)


def file_stem(target: Target) -> str:
    """Return the name of a target in the alphabet of file names, whatever it is called."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name_of(target)).strip("-.")
    return plain[:LONGEST_NAME] or f"target-{target.pk}"


def _raw_name(target: Target, table: StoredTable) -> str:
    return f"{file_stem(target)}.{table.side}.{table.sha256[:PREFIX_LENGTH]}.{table.format.name}"


def _canonical_name(target: Target, table: StoredTable) -> str:
    return f"{file_stem(target)}.{table.side}.{table.sha256[:PREFIX_LENGTH]}.canonical.txt"
