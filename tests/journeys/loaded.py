"""A deployment at work: real servers, a fleet of cheap clusters, and what its rows say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.house.tree import ROOT
from tests.plugins.child import Child
from tests.plugins.deployment import Deployment
from tests.plugins.postgres_server import PostgresServer
from tests.plugins.redis_server import RedisServer

RESUMED_SECONDS = 45.0
DATABASE = "loaded"
LOOPBACK = "127.0.0.1/32:1024-65535"
STATES = """SELECT s.source_id, s.looks, s.outcome, s.failures, s.claim, s.next_look_at,
  s.last_look_at, (SELECT coalesce(sum(looks), 0) FROM diffs_hourrollup h
  WHERE h.source_id = s.source_id), (SELECT count(*) FROM diffs_outcomespan p
  WHERE p.source_id = s.source_id AND p.ended_at IS NULL) FROM diffs_sourcestate s"""
NAMES = (
    *("source", "looks", "outcome", "failures", "claim", "next_look_at", "last_look_at"),
    *("counted", "open_spans"),
)


class Loaded:
    """A deployment with its servers and its fleet; `kinds` is {source id: kind of cluster}."""

    def __init__(
        self, deployment: Deployment, postgres: PostgresServer, redis: RedisServer
    ) -> None:
        """Name the parts; `loaded` makes them."""
        self.deployment = deployment
        self.postgres = postgres
        self.redis = redis
        self.kinds: dict[int, str] = {}

    def serve(self, *arguments: str) -> list[dict[str, str]]:
        """Start the fleet; return its clusters."""
        ready = self.deployment.folder / "ready.json"
        words = [sys.executable, "-m", "demo.load.serve", "--ready-file", str(ready), *arguments]
        folder = self.deployment.folder / "fleet"
        folder.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        fleet = Child(words, folder=folder, environment=environment)
        self.deployment.processes["fleet"] = fleet
        fleet.wait_until(ready.exists)
        clusters: list[dict[str, str]] = json.loads(ready.read_text())
        return clusters

    def fill(self, clusters: list[dict[str, str]], *, interval: int) -> None:
        """Make one source a cluster, due now."""
        done = subprocess.run(
            [sys.executable, "-m", "demo.load.fill", "--interval", str(interval)],
            env=self.deployment.environment,
            cwd=ROOT,
            input=json.dumps(clusters),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        self.kinds = {int(source): kind for source, kind in json.loads(done.stdout).items()}

    def query(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database outside Django."""
        with self.postgres.connect(DATABASE) as connection:
            return connection.execute(text, values).fetchall()

    def now(self) -> Any:
        """Return the database's clock."""
        return self.query("SELECT clock_timestamp()")[0][0]

    def states(self, kind: str | None = None) -> dict[int, dict[str, Any]]:
        """Return what every state row says, with the looks that its history counts."""
        rows = [dict(zip(NAMES, row, strict=True)) for row in self.query(STATES)]
        return {row["source"]: row for row in rows if kind in (None, self.kinds.get(row["source"]))}

    def looks(self, kind: str | None = None) -> dict[int, int]:
        """Return the looks of every source."""
        return {source: row["looks"] for source, row in self.states(kind).items()}

    def wait_for(self, is_so: Callable[[], bool], *, seconds: float = RESUMED_SECONDS) -> float:
        """Return after how many seconds it is so; fails with the worker's log when it is not."""
        began = time.monotonic()
        while not is_so():
            spent = time.monotonic() - began
            assert spent < seconds, f"not within {seconds} s\n{self.log()}"
            self.query("SELECT pg_sleep(0.1)")
        return time.monotonic() - began

    def wait_for_looks(
        self, more: int = 1, *, kind: str | None = None, seconds: float = RESUMED_SECONDS
    ) -> float:
        """Wait until every source was looked at so many times more; return the seconds it took."""
        before = self.looks(kind)
        return self.wait_for(
            lambda: all(
                looks >= before[source] + more for source, looks in self.looks(kind).items()
            ),
            seconds=seconds,
        )

    def log(self) -> str:
        """Return the end of what the processes printed."""
        parts = [
            f"--- {name}\n{child.log.read_text(errors='replace')[-1500:]}"
            for name, child in self.deployment.processes.items()
        ]
        return "\n".join(parts)

    def assert_nothing_doubled(self) -> None:
        """Every look is counted once in the state and once in the history."""
        for row in self.states().values():
            assert row["looks"] == row["counted"], row
            assert row["open_spans"] == (1 if row["looks"] else 0), row


@contextmanager
def loaded(
    *fleet: str, interval: int, services: tuple[str, ...] = ("look", "beat"), **settings: str
) -> Iterator[Loaded]:
    """Run servers, a fleet with these arguments, and services; end all of it."""
    postgres, redis = PostgresServer(), RedisServer(on_port=True)
    try:
        url = postgres.start().create_database(DATABASE)
        redis.start()
        options = {"allowed_addresses": LOOPBACK, **settings}
        with Deployment(database_url=url, broker_url=redis.url, **options) as deployment:
            running = Loaded(deployment, postgres, redis)
            clusters = running.serve(*fleet)
            running.fill(clusters, interval=interval)
            deployment.start(*services)
            yield running
    finally:
        redis.remove()
        postgres.remove()


def log_lines(path: Path, event: str) -> list[dict[str, Any]]:
    """Return the structured lines of a log with this event."""
    lines = [line for line in path.read_text(errors="replace").splitlines() if line[:1] == "{"]
    found = [json.loads(line) for line in lines]
    return [line for line in found if line.get("event") == event]
