"""Play the demo: start its fleet, fill a fresh database with its tiers and people, and serve.

Everything it keeps lies in var/demo, in a folder of its port, and is made anew at each start.
Ctrl-C stops all of it; should this process die otherwise, the processes of the fleet and of the
sinks see their input close and end as well.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from demo.fleet_file import write_fleet_file
from demo.people import PEOPLE
from demo.repository import make_repository
from demo.story import CLUSTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ROOT / "var" / "demo"
HOST = "127.0.0.1"
PORTS = range(8000, 8020)
OWN = (
    "DATABASE_URL",
    "PENUMBRA_BROKER_URL",
    "PENUMBRA_SECRET_KEY",
    "PENUMBRA_AUDIT_KEY",
    "PENUMBRA_MAIL_USER",
    "PENUMBRA_MAIL_PASSWORD",
)


def play() -> None:
    """Serve the demo until Ctrl-C."""
    port = int(os.environ.get("PORT") or _free_port())
    folder = FOLDERS / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _set_environment(port, folder)
    repository = folder / "config.git"
    remote = make_repository(repository, CLUSTERS)
    os.environ["PENUMBRA_GIT_REMOTES"] = remote
    fleet = _process("demo.fleet.serve", "--repository", str(repository))
    sinks = _process("demo.sinks.serve", str(folder / "sinks"))
    with fleet as addresses, sinks as ways:
        _tell_sinks(ways)
        path = folder / "fleet.yaml"
        write_fleet_file(path, addresses, remote=remote)
        django.setup()
        _fill(path)

        from config.run import serve  # noqa: PLC0415  (needs settings)

        serve(HOST, port)


def _set_environment(port: int, folder: Path) -> None:
    """Set what the settings read; a database or broker of somebody's own is left alone."""
    for name in OWN:
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        PENUMBRA_DEMO="1",
        PENUMBRA_FOLDER=str(folder),
        PENUMBRA_BASE_URL=f"http://{HOST}:{port}",
        PENUMBRA_ALLOWED_ADDRESSES="127.0.0.1/32:1024-65535",
    )


def _tell_sinks(ways: Mapping[str, str | int]) -> None:
    """Let notices go to the demo's own sinks and nowhere else, whatever the environment said."""
    os.environ.update(
        PENUMBRA_MAIL_HOST=f"{HOST}:{ways['mail']}",
        PENUMBRA_MAIL_TLS="none",
        PENUMBRA_MAIL_FROM="penumbra@demo.example",
        PENUMBRA_MAIL_TO="team@demo.example",
        PENUMBRA_SLACK_WEBHOOK=str(ways["slack"]),
    )


def _free_port() -> int:
    """Return the first port from 8000 on that nobody listens on."""
    for port in PORTS:
        with closing(socket.socket()) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
            return port
    sys.exit(f"Ports {PORTS[0]} to {PORTS[-1]} are all taken. Name another: make demo PORT=9000")


@contextmanager
def _process(*module: str) -> Iterator[Any]:
    """Run a process of the demo; its addresses come as one line of JSON once all of them answer."""
    process = subprocess.Popen(  # noqa: S603  (our own modules and folders)
        [sys.executable, "-m", *module],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            sys.exit(f"{module[0]} did not start; its words are above.")
        yield json.loads(line)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _fill(path: Path) -> None:
    """Write tables, tiers, clusters, people and their roles."""
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)

    from demo.cast import make_people  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("sync_fleet", str(path), verbosity=0)
    make_people(PEOPLE)
