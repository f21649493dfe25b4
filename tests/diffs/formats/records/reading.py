"""Records read in one line: the options, the document, and what a comparison finds in two of them.

found({"key": "/name"}, [{"name": "a", "x": 1}], [{"name": "a", "x": 2}]) == {"a": "field"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from diffs.compare import compare
from diffs.formats import format_of
from diffs.formats.format import Format
from diffs.table import Table

BY_NAME: Mapping[str, object] = {"key": "/name"}

Document = bytes | str | list[object]


def records(**options: object) -> Format:
    """Return the format with options; the key is /name unless another is given."""
    return format_of("records", {**BY_NAME, **options})


def written(document: Document) -> bytes:
    """Return a document as bytes; a list is written as JSON."""
    if isinstance(document, bytes):
        return document
    return (document if isinstance(document, str) else json.dumps(document)).encode()


def table_of(document: Document, **options: object) -> Table:
    """Return the table of a document."""
    return records(**options).read(written(document))


def found(left: Document, right: Document, **options: object) -> dict[str, str]:
    """Return {key: kind} of what differs."""
    report = compare(table_of(left, **options), table_of(right, **options))
    return {finding.key: str(finding.kind) for finding in report.findings}


def changed_fields(left: Document, right: Document, **options: object) -> set[str]:
    """Return the pointers at which the one record of two documents differs."""
    (finding,) = compare(table_of(left, **options), table_of(right, **options)).findings
    reader = records(**options)
    one, other = (set(reader.parts(text)) for text in (finding.left, finding.right))
    return {part.name for part in one ^ other}


def refused(document: Document, **options: object) -> list[tuple[str, int, int, str]]:
    """Return (key, line, column, reason) of what cannot be read."""
    table = table_of(document, **options)
    return [(one.key, one.line, one.column, one.reason) for one in table.refusals]
