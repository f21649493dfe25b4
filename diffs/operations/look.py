"""Take one claimed look from begin to record; the network lies between two transactions."""

from __future__ import annotations

from diffs.looking.sandwich import take_look
from diffs.operations.begin_look import begin_look
from diffs.operations.record_look import record_look
from diffs.outcomes import Outcome
from diffs.queries.memory import StoredMemory
from diffs.versions import NO_RULES, comparer_of
from ledger.clock import database_now


def look(source_id: int, claim: str) -> Outcome | None:
    """Take the look; None where the claim was lost before or during it."""
    begun = begin_look(source_id, claim, now=database_now())
    if begun is None:
        return None
    memory = StoredMemory(
        reader=begun.order.format.label,
        comparer=comparer_of(begun.order.format),
        rules_digest=NO_RULES,
    )
    seen = take_look(begun.order, memory=memory)
    return record_look(begun, seen, now=database_now())
