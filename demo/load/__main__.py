"""Put a deployment under the load of a large fleet and print how far apart its looks are.

    DATABASE_URL=postgres://… PENUMBRA_BROKER_URL=redis://… python -m demo.load --minutes 5

The database must hold no source yet: it is filled, and thrown away afterwards by whoever made it.
Starts look workers, beat and the fleet; samples the state rows every second; ends all of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django

from demo.load.fill import fill, is_empty
from demo.load.processes import ROOT, Process, celery
from demo.load.spacing import Row, Spacing, figures, percentile

FLEET_ARGUMENTS = ("clusters", "hang", "sides", "slow", "large", "period")


def main() -> None:
    """Run the load and print the figures."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PENUMBRA_ALLOWED_ADDRESSES"] = "127.0.0.1/32:1024-65535"
    os.environ.setdefault("PENUMBRA_BASE_URL", "http://127.0.0.1:8000")
    os.environ.setdefault("PENUMBRA_SECRET_KEY", "load" * 16)
    os.environ.setdefault("PENUMBRA_AUDIT_KEY", "10ad" * 16)
    if not os.environ.get("DATABASE_URL"):
        sys.exit("Set DATABASE_URL and PENUMBRA_BROKER_URL to an empty database and a Redis.")
    django.setup()
    _check_database()
    folder = Path(tempfile.mkdtemp(prefix="penumbra-load-"))
    with ExitStack() as stack:
        clusters = stack.enter_context(_fleet(options))
        kinds = fill(clusters, interval_seconds=options.interval)
        processes = _start(options, folder)
        for process in processes:
            stack.callback(process.stop)
        _report(*_watch(processes, options.minutes * 60.0), kinds, processes)
    sys.stdout.write(f"logs: {folder}\n")


def _check_database() -> None:
    """Make the tables; a database in use is left alone."""
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)

    call_command("migrate", verbosity=0)
    if not is_empty():
        sys.exit("This database holds sources already. Name an empty one.")


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
    """Start look workers and beat."""
    threads = [] if options.threads is None else ["-c", str(options.threads)]
    found = []
    for number in range(options.workers):
        name = f"look{number}"
        argv = celery("worker", "-Q", "look", "-n", f"{name}@%h", "-P", "threads", *threads)
        log = folder / f"{name}.log"
        found.append(Process(name, [*argv, "-l", "info"], log=log, PENUMBRA_PROCESS="worker"))
    beat = celery("beat", "-S", "celery.beat.Scheduler", "--pidfile", "", "-l", "info")
    return [*found, Process("beat", beat, log=folder / "beat.log")]


def _watch(processes: list[Process], seconds: float) -> tuple[dict[int, Spacing], dict[str, Any]]:
    """Sample rows and processes every second until the time is over."""
    from django.db import connection  # noqa: PLC0415  (needs settings)

    from diffs.models import SourceState  # noqa: PLC0415
    from ledger.clock import database_now  # noqa: PLC0415

    began, end = database_now(), time.monotonic() + seconds
    spacings: dict[int, Spacing] = {}
    in_flight: list[float] = []
    backends: list[float] = []
    while time.monotonic() < end:
        now, claimed = database_now(), 0
        for state in SourceState.objects.all():
            claimed += bool(state.claimed_until and state.claimed_until > now)
            row = Row(
                state.source_id,
                looks=state.looks,
                last_look_at=state.last_look_at,
                next_look_at=state.next_look_at,
                look_seconds=state.look_seconds,
            )
            spacings.setdefault(row.source, Spacing(began)).take(row)
        in_flight.append(float(claimed))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname=current_database()")
            backends.append(float(cursor.fetchone()[0]))
        for process in processes:
            process.sample()
        time.sleep(1.0)
    cpu = {process.name: process.cpu_seconds() / seconds for process in processes}
    return spacings, {"now": database_now(), "flight": in_flight, "backends": backends, "cpu": cpu}


def _report(
    spacings: dict[int, Spacing],
    seen: dict[str, Any],
    kinds: dict[int, str],
    processes: list[Process],
) -> None:
    """Print what was seen."""
    for kind in sorted(set(kinds.values())):
        chosen = [spacings[source] for source, its in kinds.items() if its == kind]
        _line(f"{kind}: sources", str(len(chosen)))
        _line("  first look after", figures([x for one in chosen for x in one.first]))
        _line("  between looks", figures([x for one in chosen for x in one.distances]))
        still = [x for one in chosen for x in one.open_distances(seen["now"])]
        _line("  last look ago", figures(still))
        _line("  due to begun", figures([x for one in chosen for x in one.lags]))
        _line("  looks unseen", str(sum(one.missed for one in chosen)))
    _line("looks in flight", figures(seen["flight"]))
    _line("database clients", figures(seen["backends"]))
    for process in processes:
        middle = percentile(process.samples[len(process.samples) // 2 :], 0.5)
        last = process.samples[-1]
        text = f"peak {process.peak_megabytes:.0f} MB, later median {middle:.0f}, last {last:.0f}"
        _line(process.name, f"{text}; {100 * seen['cpu'][process.name]:.0f} % of one core")


def _line(name: str, text: str) -> None:
    sys.stdout.write(f"{name:22} {text}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--interval", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1, help="look worker processes")
    parser.add_argument("--threads", type=int, help="threads of each; Celery's default without it")
    parser.add_argument("--clusters", type=int, default=250)
    parser.add_argument("--hang", type=int, default=50)
    parser.add_argument("--sides", choices=["both", "legacy", "shadow"], default="both")
    parser.add_argument("--slow", type=int, default=0)
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--routes", type=int, nargs=2, default=(300, 1500), metavar=("FROM", "TO"))
    parser.add_argument("--period", type=float, default=1200.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
