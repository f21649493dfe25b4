"""Names to addresses, within a time: the system's look-up has no deadline of its own.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. `getaddrinfo` blocks for as long as resolv.conf says (often 30 s) and cannot be
cancelled, so a name is looked up in a thread that is left behind when it takes too long. The
system ends it in the end; until then it holds one of LOOKUPS_AT_ONCE places, so a dead name
server costs a bounded number of threads. Numbers in any spelling need no name server and no
thread.
"""

from __future__ import annotations

import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence

LOOKUPS_AT_ONCE = 64

Lookup = Callable[[str, int], Sequence[str]]


class LookupFailed(Exception):
    """The name has no address."""


class LookupOverdue(Exception):
    """The name service gave no answer in time."""


class _Places:
    """The places for look-ups of this process; a forked child begins with all of them."""

    def __init__(self) -> None:
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.free = threading.BoundedSemaphore(LOOKUPS_AT_ONCE)


_PLACES = _Places()


def system_lookup(host: str, port: int) -> tuple[str, ...]:
    """Ask the system for all addresses of a name; raises OSError."""
    return _ask(host, port, flags=0)


def addresses_of(host: str, port: int, *, lookup: Lookup, seconds: float) -> tuple[str, ...]:
    """Look a host up once.

    Shapes
        host    a name, or a number in any spelling that the system's sockets accept (0177.1)
        return  one address or more, each once, in the system's order of preference

    Errors
        LookupFailed   no such name, or a name without addresses
        LookupOverdue  no answer within `seconds`
    """
    try:
        return _ask(host, port, flags=socket.AI_NUMERICHOST)
    except OSError:
        return _named(host, port, lookup=lookup, seconds=seconds)


def _ask(host: str, port: int, *, flags: int) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _named(host: str, port: int, *, lookup: Lookup, seconds: float) -> tuple[str, ...]:
    places = _PLACES.free
    ends_at = time.monotonic() + seconds
    if not places.acquire(timeout=seconds):
        raise LookupOverdue
    answers: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(lookup(host, port))
        except (OSError, UnicodeError):
            answers.put(())
        finally:
            places.release()

    threading.Thread(target=ask, name="name look-up", daemon=True).start()
    try:
        found = tuple(answers.get(timeout=max(0.0, ends_at - time.monotonic())))
    except queue.Empty:
        raise LookupOverdue from None
    if not found:
        raise LookupFailed
    return found
