"""Eskip, the language of Skipper's route tables."""

from __future__ import annotations

from diffs.formats.eskip.document import EskipError, parse_document
from diffs.formats.eskip.mutations import drill
from diffs.formats.eskip.parts import parts_of
from diffs.formats.eskip.poison import changed_values, name_refusal
from diffs.formats.eskip.reader import VERSION, read
from diffs.formats.eskip.route import Route
from diffs.formats.eskip.sniff import why_not_a_table
from diffs.formats.eskip.voice import display_lines
from diffs.formats.format import Format

__all__ = ["ESKIP", "EskipError", "Route", "parse_document"]

ESKIP = Format(
    name="eskip",
    version=VERSION,
    read=read,
    why_not_a_table=why_not_a_table,
    lines=display_lines,
    parts=parts_of,
    drill=drill,
    name_refusal=name_refusal,
    changed_values=changed_values,
)
