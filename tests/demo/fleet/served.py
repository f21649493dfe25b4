"""A fleet on real sockets beside the test, moved on by a clock that the test turns."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from demo.fleet.fleet import Fleet
from demo.fleet.serve import OpenFleet

START = 1_700_000_000.0
WHOLE = "?limit=10000000000000&nopretty"


@dataclass(frozen=True)
class Reply:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def lines(self) -> list[bytes]:
        return self.body.split(b"\n")


@dataclass
class ServedFleet:
    """A fleet that listens; `now` is its clock, which only the test moves."""

    fleet: Fleet
    now: float = START
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, alias, side, more="", *, method="GET", body=None, path=None, **headers):
        target = urlsplit(self.addresses[alias][side])
        connection = http.client.HTTPConnection(target.netloc, timeout=10)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, (path or target.path) + more, body=body, headers=names)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, received, response.read())
        finally:
            connection.close()


@contextmanager
def serve_fleet() -> Iterator[ServedFleet]:
    """Serve the fleet of the story from a thread of its own."""
    fleet = Fleet(start=START)
    served = ServedFleet(fleet)
    ready = threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def work() -> None:
        end = asyncio.Event()
        ends.append((asyncio.get_running_loop(), end))
        async with OpenFleet(fleet, clock=lambda: served.now) as opened:
            served.addresses = opened.addresses
            ready.set()
            await end.wait()

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    assert ready.wait(20)
    try:
        yield served
    finally:
        loop, end = ends[0]
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
