"""Serve a large fleet in one process, some of whose addresses hang or are slow.

    python -m demo.load.serve --clusters 250 --hang 50 --large 10

One line of JSON, a list of {cluster, legacy, shadow, kind}, is written to standard output, or to
`--ready-file`, once all addresses answer. A hanging address accepts the connection and never says
a word. It ends on SIGTERM, and when a pipe at its standard input is closed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import signal
import stat
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from demo.fleet.wire import NOT_FOUND, Answer, Request, listen, port_of
from demo.load.tables import Tables, make_tables

Cluster = dict[str, str]
Converse = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PATH_PARTS = 3


def main() -> None:
    """Serve until told to stop."""
    options = _options()
    tables = make_tables(
        smallest=options.routes[0],
        largest=options.routes[1],
        period_seconds=options.period,
        large=options.large,
        began=time.time(),
    )
    asyncio.run(_serve(options, tables))


async def _serve(options: argparse.Namespace, tables: Tables) -> None:
    good = await listen(lambda request: answer(request, tables, now=time.time()))
    hanging = await asyncio.start_server(_never_answer, "127.0.0.1")
    slow = await asyncio.start_server(_after(options.slow_seconds, port_of(good)), "127.0.0.1")
    ports = {"good": port_of(good), "hanging": port_of(hanging), "slow": port_of(slow)}
    line = json.dumps([_cluster(number, options, ports) for number in range(options.clusters)])
    if options.ready_file:
        beside = options.ready_file.with_suffix(".part")
        beside.write_text(line)
        beside.rename(options.ready_file)
    else:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    await _until_told_to_stop()


def _cluster(number: int, options: argparse.Namespace, ports: dict[str, int]) -> Cluster:
    """Return the addresses of a cluster; those that hang lie evenly among the others."""
    kind = "good"
    if _is_chosen(number, options.hang, options.clusters):
        kind = "hanging"
    elif number < options.slow:
        kind = "slow"
    sides = {
        side: f"http://127.0.0.1:{ports[kind if kind in _kinds_of(side, options) else 'good']}"
        f"/kube-{number}/{side}/routes"
        for side in ("legacy", "shadow")
    }
    return {"cluster": f"kube-{number}", "kind": kind, **sides}


def _kinds_of(side: str, options: argparse.Namespace) -> set[str]:
    """Return the kinds in which this side is not good."""
    return {"slow", "hanging"} if options.sides in ("both", side) else {"slow"}


def _is_chosen(number: int, count: int, of: int) -> bool:
    """Say whether a number is one of `count` spread evenly over `of`."""
    return (number + 1) * count // of > number * count // of


def answer(request: Request, tables: Tables, *, now: float) -> Answer:
    """Answer as Skipper (legacy) and routesrv (shadow) do."""
    parts = request.path.strip("/").split("/")
    if len(parts) != PATH_PARTS or parts[1] not in ("legacy", "shadow"):
        return NOT_FOUND
    number, side = int(parts[0].rpartition("-")[2]), parts[1]
    version = tables.version(number, side, now)
    count = {"X-Count": str(tables.routes(number))}
    if side == "legacy":
        body = tables.body(number, side, version)
        headers = {"Content-Type": "text/plain", "X-Timestamp": str(version)}
        return Answer(200, count | headers, body)
    body = tables.body(number, side, version)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    if request.headers.get("if-none-match") == etag:
        return Answer(304, count | {"Etag": etag})
    headers = {"Content-Type": "text/plain; charset=utf-8", "Etag": etag}
    return Answer(200, count | headers, body)


async def _never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take what the client says until it gives up."""
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while await reader.read(4096):
            pass
    writer.close()


def _after(seconds: float, port: int) -> Converse:
    """Return a conversation that passes everything on to `port`, but late."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            request = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(seconds)
            answers, asks = await asyncio.open_connection("127.0.0.1", port)
            asks.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            while data := await answers.read(65536):
                writer.write(data)
                await writer.drain()
            asks.close()
        writer.close()

    return converse


async def _until_told_to_stop() -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        loop.add_reader(sys.stdin.fileno(), stop.set)
    await stop.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=250)
    parser.add_argument("--hang", type=int, default=0, help="clusters that never answer")
    parser.add_argument("--sides", choices=["both", "legacy", "shadow"], default="both")
    parser.add_argument("--slow", type=int, default=0, help="clusters that answer late")
    parser.add_argument("--slow-seconds", type=float, default=5.0)
    parser.add_argument("--routes", type=int, nargs=2, default=(300, 1500), metavar=("FROM", "TO"))
    parser.add_argument("--large", type=int, default=0, help="clusters of 20,000 routes")
    parser.add_argument(
        "--period", type=float, default=1200.0, help="seconds between changes of a table"
    )
    parser.add_argument("--ready-file", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
