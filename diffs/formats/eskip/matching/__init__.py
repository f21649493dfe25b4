"""Which route answers a request, and requests that show a difference between two tables."""

from __future__ import annotations

from diffs.formats.eskip.matching.answer import Answer
from diffs.formats.eskip.matching.lookup import Unknown, look_up
from diffs.formats.eskip.matching.request import Request
from diffs.formats.eskip.matching.table_index import TableIndex
from diffs.formats.eskip.matching.witness import NoWitness, Witness, find_witness

__all__ = [
    "Answer",
    "NoWitness",
    "Request",
    "TableIndex",
    "Unknown",
    "Witness",
    "find_witness",
    "look_up",
]
