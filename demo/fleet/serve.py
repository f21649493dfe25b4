"""Serve the demo fleet on the loopback address until told to stop.

    python -m demo.fleet.serve --port-base 0 --ready-file PATH --repository PATH

As soon as all addresses answer, one line of JSON, alias -> {legacy, shadow, metrics, mode}, is
written to PATH, or to standard output without one. Where the pods have addresses of their own,
pod-1, pod-2 and so on stand beside them; where there is a zone, zone-legacy, zone-shadow and
zone-mode. It ends on SIGINT and SIGTERM, and when a pipe at its standard input is closed, which is
what happens when the process that started it dies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import stat
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from demo.fleet.cluster import RunningCluster
from demo.fleet.control_address import answer_control
from demo.fleet.fleet import SEED, Fleet
from demo.fleet.follower import Follower
from demo.fleet.legacy_address import answer_legacy
from demo.fleet.shadow_address import answer_metrics, answer_shadow
from demo.fleet.skipper import Pod
from demo.fleet.wire import Answer, Handler, Request, listen, port_of
from demo.fleet.zone_address import answer_new, answer_old

Clock = Callable[[], float]
Addresses = dict[str, dict[str, str]]


class OpenFleet:
    """A fleet with its listening sockets; an async context manager that closes them."""

    def __init__(self, fleet: Fleet, *, clock: Clock = time.time, port_base: int = 0) -> None:
        self._fleet = fleet
        self._clock = clock
        self._next_port = port_base
        self._stack = AsyncExitStack()
        self.addresses: Addresses = {}

    async def __aenter__(self) -> OpenFleet:
        control = await self._open(
            lambda request: answer_control(request, self._fleet, now=self._clock())
        )
        for alias, cluster in self._fleet.clusters.items():
            legacy, shadow, metrics = [await self._open(one) for one in self._handlers(cluster)]
            self.addresses[alias] = {
                "legacy": f"{legacy}/routes",
                "shadow": f"{shadow}/routes",
                "metrics": f"{metrics}/metrics",
                "mode": f"{control}/{alias}/mode",
            }
            if cluster.story.has_own_addresses:
                for number, pod in enumerate(cluster.pods, start=1):
                    address = await self._open(self._pod_handler(cluster, pod))
                    self.addresses[alias][f"pod-{number}"] = f"{address}/routes"
        await self._open_zones()
        return self

    async def _open_zones(self) -> None:
        """Open one address for the old resolvers of all clusters, and one for the new ones."""
        zones = self._fleet.zones
        old = await self._open(lambda one: answer_old(one, zones, now=self._clock()))
        new = await self._open(lambda one: answer_new(one, zones, now=self._clock()))
        for alias in zones:
            self.addresses[alias] |= {
                "zone-legacy": f"{old}/{alias}/records",
                "zone-shadow": f"{new}/{alias}/records",
                "zone-mode": f"{old}/{alias}/mode",
            }

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self, handler: Handler) -> str:
        server = await listen(handler, port=self._next_port)
        self._stack.callback(server.close)
        self._next_port += bool(self._next_port)
        return f"http://127.0.0.1:{port_of(server)}"

    def _pod_handler(self, cluster: RunningCluster, pod: Pod) -> Handler:
        def answer(request: Request) -> Answer:
            cluster.advance(self._clock())
            return answer_legacy(request, pod)

        return answer

    def _handlers(self, cluster: RunningCluster) -> tuple[Handler, Handler, Handler]:
        """Return what answers for one cluster, each moving it on to the present first."""

        def legacy(request: Request) -> Answer:
            cluster.advance(self._clock())
            return answer_legacy(request, cluster.pod_in_turn())

        def shadow(request: Request) -> Answer:
            cluster.advance(self._clock())
            return answer_shadow(request, cluster.routesrv)

        def metrics(request: Request) -> Answer:
            now = self._clock()
            cluster.advance(now)
            return answer_metrics(request, cluster.routesrv, now=now)

        return legacy, shadow, metrics


async def serve(
    *,
    port_base: int,
    seed: int,
    announce: Callable[[Addresses], None],
    repository: Path | None = None,
) -> None:
    """Serve until a signal comes or the pipe at standard input is closed.

    Shapes
        repository  whose modes the clusters follow; None: they stay as they are
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if sys.stdin is not None and _is_pipe(sys.stdin.fileno()):
        loop.add_reader(sys.stdin.fileno(), _read_on, stop)
    clusters = Fleet(start=time.time(), seed=seed)
    async with OpenFleet(clusters, port_base=port_base) as fleet, AsyncExitStack() as stack:
        if repository is not None:
            follower = Follower(repository, clusters, clock=time.time)
            stack.callback(asyncio.create_task(follower.run()).cancel)
        announce(fleet.addresses)
        await stop.wait()


def _is_pipe(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_on(stop: asyncio.Event) -> None:
    """Throw away what comes in; nothing more to come means that the parent is gone."""
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m demo.fleet.serve", description=__doc__)
    parser.add_argument("--port-base", type=int, default=0, help="first port; 0: any free ones")
    parser.add_argument("--ready-file", type=Path, help="where the addresses are written")
    parser.add_argument("--repository", type=Path, help="whose modes the clusters follow")
    parser.add_argument("--seed", type=int, default=SEED, help="another number, another fleet")
    options = parser.parse_args()

    def announce(addresses: Addresses) -> None:
        line = json.dumps(addresses) + "\n"
        if options.ready_file is None:
            sys.stdout.write(line)
            sys.stdout.flush()
            return
        draft = options.ready_file.with_suffix(".draft")
        draft.write_text(line)
        draft.replace(options.ready_file)

    asyncio.run(
        serve(
            port_base=options.port_base,
            seed=options.seed,
            announce=announce,
            repository=options.repository,
        )
    )


if __name__ == "__main__":
    main()
