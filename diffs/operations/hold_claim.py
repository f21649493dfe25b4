"""Hold a claim while its look is under way, by renewing it from beside the look.

Theory. A short lease and a renewal give both: the looks of a worker that died are handed out again
within LEASE_SECONDS, and a look that takes long, because an address drips or the machine is busy,
is not taken from under a worker that is alive. One thread a process renews for all of its looks.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction

from diffs.models import SourceState
from ledger.clock import database_now

LEASE_SECONDS = 20.0
RENEW_SECONDS = 5.0
MOST_SECONDS = 300.0
"""A look that is under way for longer is stuck: its claim is left to run out."""

log = structlog.get_logger(__name__)


class _Keeper:
    """The claims held by this process, and the thread that renews them while there are any."""

    def __init__(self) -> None:
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        """Begin with no claim: a forked child has none of its parent's looks or threads."""
        self.held: dict[str, float] = {}
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None

    def add(self, claim: str) -> None:
        with self.changed:
            self.held[claim] = time.monotonic() + MOST_SECONDS
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="claims", daemon=True)
                self.thread.start()
            self.changed.notify()

    def remove(self, claim: str) -> None:
        with self.changed:
            self.held.pop(claim, None)

    def _run(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.held)
            time.sleep(RENEW_SECONDS)
            now = time.monotonic()
            with self.changed:
                claims = [claim for claim, until in self.held.items() if until > now]
            try:
                renew_claims(claims)
            except (DatabaseError, InterfaceError) as error:
                log.warning("claims_not_renewed", error=str(error))
            finally:
                connection.close()


_KEEPER = _Keeper()


@contextmanager
def hold_claim(claim: str) -> Iterator[None]:
    """Renew a claim for as long as the body runs."""
    _KEEPER.add(claim)
    try:
        yield
    finally:
        _KEEPER.remove(claim)


def renew_claims(claims: list[str]) -> None:
    """Give claims a full lease from now on; those that were given to others are not touched."""
    if not claims:
        return
    with transaction.atomic():
        rows = SourceState.objects.filter(claim__in=claims)
        if connection.vendor == "postgresql":  # a row that is being recorded is not waited for
            rows = rows.select_for_update(skip_locked=True)
        until = database_now() + timedelta(seconds=LEASE_SECONDS)
        found = list(rows.values_list("pk", flat=True))
        SourceState.objects.filter(pk__in=found, claim__in=claims).update(claimed_until=until)
