"""Put a deployment under the load of a large fleet and hold what it does against the goals.

    python -m demo.load --minutes 5 --clusters 250

Runs a PostgreSQL and a Redis of its own, the fleet, look workers and beat, and ends all of them.
Exits with 1 where a goal is missed. With DATABASE_URL and PENUMBRA_BROKER_URL set these are used:
the database must hold no source yet, and is thrown away by whoever made it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django

from demo.load import report
from demo.load.fill import fill, is_empty
from demo.load.goals import Line, are_met, table
from demo.load.growth import DAY_SECONDS, growth_a_day
from demo.load.processes import ROOT, Process, celery
from demo.load.replay import bodies_a_day
from demo.load.servers import ServerMissing, throw_away_servers
from demo.load.tables import make_tables
from demo.load.watch import Seen, moment, warm_up, watch

FLEET_ARGUMENTS = ("clusters", "hang", "sides", "slow", "large", "period")
IN_FLIGHT = 64
SPARE = 4
"""Threads beyond the looks that are handed out: for the ticks."""

CLUSTERS_OF_A_LARGE_ONE = 25


def main() -> None:
    """Run the load, print the table, and say by the exit code whether every goal is met."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end all of it in order
    with ExitStack() as stack:
        _set_up(stack)
        lines = _measure(options)
    sys.stdout.write(table([Line("machine", _machine()), *lines]) + "\n")
    if not are_met(lines):
        sys.exit(1)


def _set_up(stack: ExitStack) -> None:
    """Bring up the servers, unless they are given, and the tables."""
    if not os.environ.get("DATABASE_URL"):
        try:
            database, broker = stack.enter_context(throw_away_servers())
        except ServerMissing as missing:
            sys.exit(str(missing))
        os.environ |= {"DATABASE_URL": database, "PENUMBRA_BROKER_URL": broker}
    os.environ["PENUMBRA_ALLOWED_ADDRESSES"] = "127.0.0.1/32:1024-65535"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("PENUMBRA_BASE_URL", "http://127.0.0.1:8000")
    os.environ.setdefault("PENUMBRA_SECRET_KEY", "load" * 16)
    os.environ.setdefault("PENUMBRA_AUDIT_KEY", "10ad" * 16)
    os.environ.setdefault("PENUMBRA_COLLECTED_STATIC", "0")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)
    from django.db import connections  # noqa: PLC0415

    stack.callback(connections.close_all)
    call_command("migrate", verbosity=0)
    if not is_empty():
        sys.exit("This database holds sources already. Name an empty one.")


def _measure(options: argparse.Namespace) -> list[Line]:
    """Run the fleet and the workers; return the lines of the report."""
    from ledger.clock import database_now  # noqa: PLC0415  (needs settings)

    folder = Path(tempfile.mkdtemp(prefix="penumbra-load-"))
    empty = moment()
    with ExitStack() as stack:
        clusters = stack.enter_context(_fleet(options))
        kinds = fill(clusters, interval_seconds=options.interval)
        good = [source for source, kind in kinds.items() if kind != "hanging"]
        processes = _start(options, folder)
        for process in processes:
            stack.callback(process.stop)
        _say(f"Warming up; the logs are in {folder}")
        seen = Seen(warm_up(good), started_at=database_now())
        before = moment()
        _say(f"Measuring for {options.minutes:g} min")
        watch(good, processes, seen, options.minutes * 60.0)
        after = moment()
    _say("Replaying a day of changes")
    growth = growth_a_day(empty, before, after, seconds=seen.seconds, sources=len(kinds))
    growth.pop("the database")
    files = (after["the database"].bytes - before["the database"].bytes) / seen.seconds
    return [
        *report.of_looks(seen, interval=options.interval),
        *report.of_outcomes(seen),
        *report.of_memory(processes, seen),
        *report.of_growth(growth, replayed=_replayed(options), files=files * DAY_SECONDS),
    ]


def _replayed(options: argparse.Namespace) -> float:
    """Return what a day of the fleet's bodies takes."""
    smallest, largest = options.routes
    tables = make_tables(
        smallest=smallest, largest=largest, period_seconds=options.period, large=options.large
    )
    return bodies_a_day(tables, clusters=options.clusters)


@contextmanager
def _fleet(options: argparse.Namespace) -> Iterator[list[dict[str, str]]]:
    """Run the fleet's process; it ends when its input is closed."""
    words = [word for name in FLEET_ARGUMENTS for word in (f"--{name}", str(vars(options)[name]))]
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "demo.load.serve", *words, "--routes", *map(str, options.routes)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield json.loads(process.stdout.readline() if process.stdout else b"[]")
    finally:
        process.terminate()
        process.wait()


def _start(options: argparse.Namespace, folder: Path) -> list[Process]:
    """Start look workers and beat, as the reference deployment does."""
    threads = options.threads or -(-(IN_FLIGHT + SPARE) // options.workers)
    worker = {"PENUMBRA_PROCESS": "worker", "MALLOC_ARENA_MAX": "2"}
    found = []
    for number in range(options.workers):
        name = f"look{number}"
        argv = celery("worker", "-Q", "look", "-n", f"{name}@%h", "-P", "threads")
        log = folder / f"{name}.log"
        found.append(Process(name, [*argv, "-c", str(threads), "-l", "info"], log=log, **worker))
    beat = celery("beat", "-S", "celery.beat.Scheduler", "--pidfile", "", "-l", "info")
    schedule = ["-s", str(folder / "beat-schedule")]
    return [*found, Process("beat", [*beat, *schedule], log=folder / "beat.log")]


def _machine() -> str:
    """Return what the figures were measured on."""
    one, five, _ = os.getloadavg()
    stamp = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    return f"{os.cpu_count()} cores, load {one:.1f} (5 min: {five:.1f}) at {stamp} UTC"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="after the first rounds")
    parser.add_argument("--interval", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2, help="look worker processes")
    parser.add_argument("--threads", type=int, help="threads of each; 68 in all without it")
    parser.add_argument("--clusters", type=int, default=250)
    parser.add_argument("--hang", type=int, default=0, help="clusters that never answer")
    parser.add_argument("--sides", choices=["both", "legacy", "shadow"], default="both")
    parser.add_argument("--slow", type=int, default=0)
    parser.add_argument("--large", type=int, help="clusters of 20,000 routes; 1 in 25 without it")
    parser.add_argument("--routes", type=int, nargs=2, default=(1200, 1800), metavar=("FROM", "TO"))
    parser.add_argument("--period", type=float, default=1200.0, help="seconds between changes")
    options = parser.parse_args()
    if options.large is None:
        options.large = options.clusters // CLUSTERS_OF_A_LARGE_ONE
    return options


if __name__ == "__main__":
    main()
