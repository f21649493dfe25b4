"""Take one claimed look from begin to record; the network lies between two transactions."""

from __future__ import annotations

import threading
from dataclasses import replace

import structlog
from django.db import InterfaceError, OperationalError, connection

from diffs.line_index import LineIndex
from diffs.looking.order import Facts, Order, Seen, StoredReport
from diffs.looking.sandwich import take_look
from diffs.operations.begin_look import Begun, begin_look
from diffs.operations.hold_claim import hold_claim
from diffs.operations.record_look import record_failure, record_look
from diffs.outcomes import Outcome
from diffs.queries.memory import StoredMemory
from diffs.table import Limits, Table
from diffs.versions import comparer_of
from ledger.clock import database_now

RECORD_ATTEMPTS = 3

READERS = threading.BoundedSemaphore(2)
"""Tables read at once in one process. Reading is work, not waiting: more at once would be no faster
and hold the memory of all of them, when a worker that starts finds every large table unread."""

log = structlog.get_logger(__name__)


def look(source_id: int, claim: str) -> Outcome | None:
    """Take the look; None where the claim was lost before or during it.

    A database that is away or refuses the moment (a deadlock, a lock not given) is left to the
    claim: it runs out, and the look is taken again. Any other error is Penumbra's own and recorded.
    """
    try:
        return _look(source_id, claim)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("look_failed", source=source_id)
        return record_failure(source_id, claim, error, now=database_now())


def _look(source_id: int, claim: str) -> Outcome | None:
    """Take the look, with whatever error that may raise."""
    begun = begin_look(source_id, claim, now=database_now())
    if begun is None:
        return None
    memory = BriefMemory(reader=begun.order.format.label, comparer=comparer_of(begun.order.format))
    give_back_connection()
    with hold_claim(claim):
        seen = take_look(in_turns(begun.order), memory=memory)
        return _recorded(begun, seen)


def in_turns(order: Order) -> Order:
    """Return the order with a reader that waits until one of the places of READERS is free."""
    read = order.format.read

    def read_in_turn(
        data: bytes, known: LineIndex | None = None, *, limits: Limits | None = None
    ) -> Table:
        with READERS:
            return read(data, known, limits=limits or Limits())

    return replace(order, format=replace(order.format, read=read_in_turn))


def _recorded(begun: Begun, seen: Seen) -> Outcome | None:
    """Record the look; a transaction that the database refused is tried again at once."""
    for _ in range(RECORD_ATTEMPTS - 1):
        try:
            return record_look(begun, seen, now=database_now())
        except OperationalError as error:
            log.warning("look_not_recorded", source=begun.source_id, error=str(error))
            give_back_connection()
    return record_look(begun, seen, now=database_now())


class BriefMemory(StoredMemory):
    """Stored memory that holds no database connection between two questions.

    A look spends most of its time on the network, and an address that hangs all of it: with a
    connection for each such look, a few workers would take all that PostgreSQL has.
    """

    def body(self, sha256: str) -> bytes | None:
        """Return a stored body, whole."""
        try:
            return super().body(sha256)
        finally:
            give_back_connection()

    def facts(self, sha256: str) -> Facts | None:
        """Return what this reader made of a body, if it ever read it."""
        try:
            return super().facts(sha256)
        finally:
            give_back_connection()

    def lines(self, sha256: str) -> LineIndex | None:
        """Return the lines of a body that some side shows now."""
        try:
            return super().lines(sha256)
        finally:
            give_back_connection()

    def report(self, legacy: str, shadow: str, *, rules: str) -> StoredReport | None:
        """Return the comparison of two bodies under these rules, if it was ever made."""
        try:
            return super().report(legacy, shadow, rules=rules)
        finally:
            give_back_connection()


def give_back_connection() -> None:
    """Close this thread's connection, or hand it back to the pool. SQLite's costs nobody else."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
