"""Records: JSON arrays and JSON lines, for whatever a component lets one see of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Never

from diffs.formats.format import BadOption, Drill, Format, Words, labelled
from diffs.formats.records.mutations import drill_of
from diffs.formats.records.options import NAMES, Options, read_options
from diffs.formats.records.reader import read_records
from diffs.formats.records.sniff import why_not_records
from diffs.formats.records.voice import display_lines, parts_of
from diffs.line_index import LineIndex
from diffs.table import Limits, Table

__all__ = ["NAMES", "RECORDS", "Options", "read_options"]

VERSION = "1"
"""Raised whenever a digest or a canonical text of the same bytes and options changes."""

WORDS = Words(
    noun="record",
    table="records",
    refused="cannot be read as a whole",
    unloaded="cannot be read",
    refused_one="This record cannot be read",
    form="cannot be read",
    tokens="values",
)
ACCEPT = "application/json, application/x-ndjson, application/jsonl, */*;q=0.5"


def records_with(given: Mapping[str, object]) -> Format:
    """Return the format that reads records with these options.

    Errors
        BadOption   see read_options
    """
    options = read_options(given)
    label = labelled("records", VERSION, given)

    def read(data: bytes, known: LineIndex | None = None, *, limits: Limits | None = None) -> Table:
        return read_records(data, known, limits=limits or Limits(), options=options, label=label)

    def why_not(_content_type: str | None, data: bytes) -> str:
        return why_not_records(data, has_root=bool(options.root))

    def drill(data: bytes) -> Drill:
        return drill_of(data, options)

    return Format(
        name="records",
        version=VERSION,
        read=read,
        why_not_a_table=why_not,
        lines=display_lines,
        parts=parts_of,
        drill=drill,
        words=WORDS,
        accept=ACCEPT,
        is_exact=not options.tolerance,
        make=records_with,
        options=dict(given),
    )


def _unread(*_: object, **__: object) -> Never:
    """Refuse to read: nobody said what names a record."""
    raise BadOption("key", "it is missing: records are read only with their options")


RECORDS = Format(
    name="records",
    version=VERSION,
    read=_unread,
    why_not_a_table=lambda _content_type, data: why_not_records(data, has_root=False),
    lines=display_lines,
    parts=parts_of,
    drill=_unread,
    words=WORDS,
    accept=ACCEPT,
    make=records_with,
)
"""The format before anybody gave it its options: it says what it is, and reads nothing."""
