"""Records of the audit trail as files: streamed in batches, so that any number fits."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC

from ledger.models import AuditRecord
from rollouts.queries.audit_records import AuditFilter, matching

BATCH = 500
COLUMNS = (
    "seq", "at", "actor", "actor_user", "role", "action", "subject", "before", "after", "reason",
    "request_id", "scheme", "prev_hash", "hash",
)  # fmt: skip
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""With what a cell begins that a spreadsheet takes for a formula
(https://owasp.org/www-community/attacks/CSV_Injection)."""


def json_lines(shown: AuditFilter) -> Iterator[str]:
    """Yield a JSON object a line, oldest first, with every field that a record's hash covers."""
    for record in _records(shown):
        yield json.dumps(_fields(record), ensure_ascii=False, separators=(",", ":")) + "\n"


def csv_lines(shown: AuditFilter) -> Iterator[str]:
    """Yield the header and a line a record, oldest first; no cell of them is run as a formula."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for record in _records(shown):
        yield writer.writerow([_cell(value) for value in _fields(record).values()])


class _Echo:
    """A file that hands back each line that is written to it."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _records(shown: AuditFilter) -> Iterator[AuditRecord]:
    """Yield the records of a filter, those of all pages, up to the last one there was at first."""
    found = matching(shown)
    last = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    seq = 0
    while batch := list(found.filter(seq__gt=seq, seq__lte=last)[:BATCH]):
        yield from batch
        seq = batch[-1].seq


def _fields(record: AuditRecord) -> dict[str, object]:
    """Return the fields of a record by their names, in the order of COLUMNS."""
    values = {name: getattr(record, name) for name in COLUMNS if name not in {"at", "actor_user"}}
    values["at"] = record.at.astimezone(UTC).isoformat(timespec="microseconds")
    values["actor_user"] = record.actor_user_id
    return {name: values[name] for name in COLUMNS}


def _cell(value: object) -> object:
    """Return a value as a cell that shows what it says and runs nothing."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, str) and value.startswith(RUNS):
        return f"'{value}"
    return value
