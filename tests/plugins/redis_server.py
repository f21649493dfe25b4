"""A real Redis for tests: in memory only, on a unix socket or a port, gone when we are."""

from __future__ import annotations

import contextlib
import random
import shutil
import socket

import redis

from tests.plugins.child import Child, NotReady, find_program
from tests.plugins.scratch import scratch_folder

PORTS = range(20_000, 32_000)


class RedisServer:
    """One Redis server; `url` stays the same over restarts. What it held goes with it."""

    def __init__(self, *, on_port: bool = False) -> None:
        """Choose the address: a unix socket, or a loopback port where a client knows no sockets."""
        self.program = find_program("redis-server", package="redis-server")
        self.folder = scratch_folder("redis")
        self.socket = self.folder / "redis.sock"
        self.port = free_port() if on_port else 0
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """Return the address as Celery spells it."""
        if self.port:
            return f"redis://127.0.0.1:{self.port}/0"
        return f"redis+socket://{self.socket}"

    def client(self) -> redis.Redis:
        """Return a client outside Celery."""
        if self.port:
            return redis.Redis(port=self.port, socket_timeout=5)
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5)

    def start(self) -> RedisServer:
        """Run the server and return once it answers."""
        address = (
            ["--port", str(self.port), "--bind", "127.0.0.1"] if self.port else ["--port", "0"]
        )
        argv = [self.program, *address, "--unixsocket", str(self.socket), "--save", ""]
        self.child = Child(
            [*argv, "--appendonly", "no", "--dir", str(self.folder)],
            folder=self.folder,
        )
        self.child.wait_until(self._answers)
        return self

    def _answers(self) -> bool:
        """Whether PING is answered now."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        """Stop in order."""
        if self.child:
            self.child.stop()

    def kill(self) -> None:
        """Kill the server as a crash would."""
        if self.child:
            self.child.kill()

    def restart(self) -> None:
        """Stop and start again, on the same address, empty."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop and delete everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """Return a loopback port that nobody listens on now.

    It lies below those that the system gives to clients, and to servers that name none: one of
    those may be gone again before its server starts.
    """
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise NotReady(f"every port from {PORTS[0]} to {PORTS[-1]} is taken")
