"""A whole table as text that a plain text diff can be believed about.

Flow: address -> fetch -> parse -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Two tables of an exact format have the same canonical text exactly where they mean the same:
routes are sorted by their ids, each is printed as pages show it, and nothing says where in the
document it stood. Where a format tolerates something (`is_exact` is not set), two texts may differ
that are compared as equal; the other way round never happens.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from diffs.table import Refusal, Table


def canonical_text(table: Table) -> Iterator[bytes]:
    """Yield the text of a table, one route at a time, in UTF-8.

    Shapes
        each route      its id and a colon, its canonical lines, an empty line; a duplicate id has
                        all of its definitions
        refused places  after the routes, each with its reason and the digest of all its bytes
    """
    for key in sorted(table.digests):
        yield _encoded(f"{_shown(key)}:\n{table.text(key)}\n\n")
    for refusal in sorted(table.refusals, key=lambda one: (one.key, one.digest)):
        yield _encoded(_refused(refusal))


def _refused(refusal: Refusal) -> str:
    """Return the lines of a place that no component would load."""
    name = _shown(refusal.key) or "(no id)"
    return f"{name}:\nrefused: {refusal.reason}\nits bytes: {refusal.digest.hex()}\n\n"


def _shown(key: str) -> str:
    """Return an id on one line, whatever it holds."""
    return key if key.isprintable() else json.dumps(key)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
