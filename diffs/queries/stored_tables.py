"""Tables that a side showed and that are kept, to be taken away as files.

Theory. A body is addressed by its bytes, and one body may have been read at many sources. So that
nobody reads another target's table by guessing its sha256, a body is found only through a source
and a side that showed it: now, as the first of a day, or in a look that a span of outcomes names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from diffs.canonical_text import canonical_text
from diffs.formats import format_of
from diffs.formats.format import Format
from diffs.models import DailyBody, KeptBody, OutcomeSpan, SideState, Snapshot, Source
from diffs.outcomes import Side
from diffs.queries.memory import stored_body, stored_pieces
from diffs.table import TableTooLarge

MOST_PRINTED = 32 * 2**20
"""Bytes of a body whose canonical text is printed for a page; larger ones are for a command."""


class NotKept(LookupError):
    """That side showed no such table, or it is no longer kept."""


class TooLarge(ValueError):
    """The table is too large to be printed while somebody waits for a page."""


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A body that one side showed. `size` in bytes."""

    sha256: str
    size: int
    side: Side
    format: Format


def stored_table(source_id: int, side: str, *, sha256: str = "") -> StoredTable:
    """Return the body that a side shows now, or an earlier one by its sha256.

    Errors
        NotKept     no such side, nothing read yet, never shown there, or forgotten since
    """
    if side not in list(Side):
        raise NotKept
    present = SideState.objects.filter(source_id=source_id, side=side).exclude(snapshot=None)
    shown = present.values_list("snapshot_id", flat=True).first()
    wanted = sha256 or shown
    if not wanted or (wanted != shown and not _did_show(source_id, side, wanted)):
        raise NotKept
    size = Snapshot.objects.filter(pk=wanted).values_list("size", flat=True).first()
    if size is None:
        raise NotKept
    source = Source.objects.only("format", "options").get(pk=source_id)
    return StoredTable(wanted, size, Side(side), format_of(source.format, source.options))


def raw_pieces(table: StoredTable) -> Iterator[bytes]:
    """Return the body as it was read, piece by piece.

    Errors
        NotKept     it was forgotten a moment ago
    """
    pieces = stored_pieces(table.sha256)
    if pieces is None:
        raise NotKept
    return pieces


def canonical_of(table: StoredTable) -> bytes:
    """Return the canonical text of a body, whole: its sha256 is told before it is sent.

    Errors
        NotKept     it was forgotten a moment ago
        TooLarge    it is larger than MOST_PRINTED, or than what the format reads
    """
    if table.size > MOST_PRINTED:
        raise TooLarge
    body = stored_body(table.sha256)
    if body is None:
        raise NotKept
    try:
        return b"".join(canonical_text(table.format.read(body)))
    except TableTooLarge as error:
        raise TooLarge from error


def sha256_of(data: bytes) -> str:
    """Return the sha256 of bytes, 64 hex."""
    return hashlib.sha256(data).hexdigest()


def _did_show(source_id: int, side: str, sha256: str) -> bool:
    """Say whether a side of a source showed a body earlier, as far as is remembered."""
    days = DailyBody.objects.filter(source_id=source_id, side=side, snapshot_id=sha256)
    spans = OutcomeSpan.objects.filter(source_id=source_id, **{f"comparison__{side}_id": sha256})
    named = KeptBody.objects.filter(source_id=source_id, side=side, snapshot_id=sha256)
    return days.exists() or spans.exists() or named.exists()
