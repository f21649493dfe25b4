"""A real PostgreSQL for tests: in a folder of its own, on a unix socket, gone when we are.

`initdb` and `postgres` refuse to run as root; then they run as the account postgres, which
Debian's package makes, and the tests stay who they are. fsync is off: a power cut may lose the
data, a killed process may not.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.plugins.child import START_SECONDS, Child, NotReady, bound_to_parent, find_program
from tests.plugins.scratch import scratch_folder

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


def _program(name: str) -> str:
    """Return the path of a server program of the newest PostgreSQL installed."""
    versions = Path("/usr/lib/postgresql")
    newest = sorted(versions.glob("*/bin"), key=lambda folder: float(folder.parent.name))
    return find_program(name, package="postgresql", folders=newest[::-1])


def _children(process: int) -> list[int]:
    """Return the ids of the processes that `process` started; none when it has ended."""
    try:
        return [
            int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


class PostgresServer:
    """One PostgreSQL server; `url` stays the same over restarts."""

    def __init__(self) -> None:
        """Make the folder and an empty cluster; `start` runs it."""
        self.postgres = _program("postgres")
        self.user = SUPERUSER if os.geteuid() == 0 else None
        self.folder = scratch_folder("postgres")
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.child: Child | None = None
        self._initialise()

    def _initialise(self) -> None:
        """Run initdb."""
        argv = [_program("initdb"), "--pgdata", str(self.folder / "data"), "--username", SUPERUSER]
        argv += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(
            bound_to_parent(argv, user=self.user, end="TERM"),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        if done.returncode:
            raise NotReady(f"initdb: {done.stdout}{done.stderr}")

    def url(self, name: str = "postgres") -> str:
        """Return DATABASE_URL of a database on this server."""
        return f"postgres://{SUPERUSER}@{quote(str(self.folder), safe='')}/{name}"

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        """Return a connection outside Django, in autocommit."""
        return psycopg.connect(
            host=str(self.folder), user=SUPERUSER, dbname=name, autocommit=True, connect_timeout=5
        )

    def create_database(self, name: str) -> str:
        """Make an empty database and return its DATABASE_URL."""
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def start(self) -> PostgresServer:
        """Run the server and return once it answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.child = Child(self._command(), folder=self.folder, user=self.user, end="INT")
            try:
                self.child.wait_until(self._answers)
            except NotReady as silence:
                # After a crash the orphaned backends hold the memory until they notice.
                if "still in use" not in str(silence) or time.monotonic() > deadline:
                    raise
            else:
                return self

    def _command(self) -> list[str]:
        """Return the server's command line. It ends on SIGINT: SIGTERM would wait for clients."""
        settings = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
        return [self.postgres, "-D", str(self.folder / "data"), "-k", str(self.folder), *settings]

    def _answers(self) -> bool:
        """Whether a query is answered now."""
        try:
            with self.connect() as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop at once but in order: clients are cut off, nothing is lost."""
        if self.child:
            self.child.stop()

    def kill(self) -> None:
        """Kill the server as a crash would; what was committed is found again by `start`.

        Its backends die with it: one that is left would answer until it notices.
        """
        if self.child:
            self.child.signal(signal.SIGSTOP)  # it starts no backend that we would miss
            backends = _children(self.child.process.pid)
            self.child.kill()
            for backend in backends:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(backend, signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again, on the same address with the same data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop and delete everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
