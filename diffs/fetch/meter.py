"""Time and bytes of one side's exchange, counted while they are spent.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. A timeout per read does not bound a server that sends one byte and then another one.
So every read asks the meter how much is left of the whole, and tells it what arrived. One
meter serves all requests of one side, which makes the limits those of the side.
"""

from __future__ import annotations

import time

from diffs.fetch.endpoint import Limits
from diffs.fetch.failure import FetchFailed
from diffs.outcomes import Outcome

_SIDE = "PENUMBRA_SIDE_DEADLINE_SECONDS"
_LOOK = "PENUMBRA_LOOK_DEADLINE_SECONDS"
_CONNECT = "PENUMBRA_CONNECT_SECONDS"
_RECEIVED = "PENUMBRA_RECEIVED_BYTES"


class Meter:
    """What one side has left; raises FetchFailed with the limit's name when nothing is.

    Units
        deadline        a reading of `time.monotonic()` at which the look that this belongs to
                        ends, or None
        started_at      the same clock
        received_bytes  so far, headers included
    """

    def __init__(self, limits: Limits, *, shown: str, deadline: float | None = None) -> None:
        self.limits = limits
        self.shown = shown
        self.started_at = time.monotonic()
        self.received_bytes = 0
        self._ends_at = self.started_at + limits.total_seconds
        self._is_look = deadline is not None and deadline < self._ends_at
        if deadline is not None:
            self._ends_at = min(self._ends_at, deadline)
        self._connect_by = self._ends_at

    def begin_connecting(self) -> None:
        """Start the time for name, TCP and TLS."""
        self._connect_by = min(self._ends_at, time.monotonic() + self.limits.connect_seconds)

    def seconds_left(self) -> float:
        """Seconds until the side's or the look's deadline, more than 0."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise self.overdue()
        return left

    def connect_seconds_left(self) -> float:
        """Seconds until the connection must stand, more than 0."""
        left = self._connect_by - time.monotonic()
        if left <= 0:
            raise self.not_connected()
        return left

    def seconds_spent(self) -> float:
        """Seconds since the exchange began."""
        return time.monotonic() - self.started_at

    def receive(self, size: int) -> None:
        """Count bytes from the wire."""
        self.received_bytes += size
        if self.received_bytes > self.limits.received_bytes:
            raise FetchFailed(
                Outcome.TRUNCATED,
                f"{self.shown} sent more than {self.limits.received_bytes} bytes and was cut off."
                f" If its table is that large, raise {_RECEIVED}.",
            )

    def overdue(self) -> FetchFailed:
        """The failure of an exchange that was not finished in time."""
        setting = _LOOK if self._is_look else _SIDE
        allowed = self._ends_at - self.started_at
        return FetchFailed(
            Outcome.UNREACHABLE,
            f"{self.shown} did not finish its answer within {allowed:.3g} s"
            f" ({self.received_bytes} bytes arrived). If it needs longer, raise {setting}.",
        )

    def not_connected(self) -> FetchFailed:
        """The failure of a connection that did not stand in time."""
        if self._connect_by >= self._ends_at:
            return self.overdue()
        return FetchFailed(
            Outcome.UNREACHABLE,
            f"{self.shown} accepted no connection within {self.limits.connect_seconds:.3g} s"
            f" ({_CONNECT}). Is the address right, and does a firewall let this machine through?",
        )
