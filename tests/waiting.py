"""Waiting for what another process does: bounded, and told when it does not come."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED_AGAIN_SECONDS = 0.05


def wait_until(
    is_so: Callable[[], bool], *, what: Callable[[], str] = str, seconds: float = 60.0
) -> None:
    """Return as soon as it is so; fail with `what()`, asked at the end, when it does not come.

    Units
        seconds     how long it may take
    """
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what()}"
        threading.Event().wait(ASKED_AGAIN_SECONDS)
