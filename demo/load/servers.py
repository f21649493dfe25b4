"""A PostgreSQL and a Redis of one's own: in a folder, on unix sockets, gone when we are.

Both run with the settings they come with. PostgreSQL refuses to run as root; then it runs as the
account postgres, which Debian's package makes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

ACCOUNT = "postgres"
DATABASE = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 20.0


class ServerMissing(Exception):
    """A server is not installed, or did not start; the text says what to do."""


@contextmanager
def throw_away_servers() -> Iterator[tuple[str, str]]:
    """Run both servers; give DATABASE_URL and PENUMBRA_BROKER_URL.

    Errors
        ServerMissing       one is not installed or does not start
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="penumbra-load-servers-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        yield _postgres(folder, stack), _redis(folder, stack)


def _postgres(folder: Path, stack: ExitStack) -> str:
    """Start PostgreSQL; return its address."""
    home = folder / "postgres"
    home.mkdir()
    account = ACCOUNT if os.geteuid() == 0 else None
    if account:
        known = pwd.getpwnam(account)
        os.chown(home, known.pw_uid, known.pw_gid)
    data = str(home / "data")
    options = ["--username", ACCOUNT, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    argv = _bound([_program("initdb"), "--pgdata", data, *options], account)
    done = subprocess.run(argv, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ServerMissing(f"initdb failed: {done.stderr}")
    argv = [_program("postgres"), "-D", data, "-k", str(home), "-c", "listen_addresses="]
    argv += ["-c", "max_connections=200"]

    def answers() -> bool:
        try:
            psycopg.connect(host=str(home), user=ACCOUNT, dbname=DATABASE).close()
        except psycopg.OperationalError:
            return False
        return True

    # It ends on SIGINT: SIGTERM would wait for clients.
    _run(_bound(argv, account, end="INT"), home, answers, stack, end=signal.SIGINT)
    return f"postgres://{ACCOUNT}@{quote(str(home), safe='')}/{DATABASE}"


def _redis(folder: Path, stack: ExitStack) -> str:
    """Start Redis; return its address as Celery spells it."""
    home = folder / "redis"
    home.mkdir()
    socket = home / "redis.sock"
    argv = [_program("redis-server"), "--port", "0", "--unixsocket", str(socket), "--save", ""]
    argv += ["--appendonly", "no", "--dir", str(home)]

    def answers() -> bool:
        try:
            with redis.Redis(unix_socket_path=str(socket), socket_timeout=5) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    _run(_bound(argv, None), home, answers, stack, end=signal.SIGTERM)
    return f"redis+socket://{socket}"


def _run(
    argv: Sequence[str],
    home: Path,
    answers: Callable[[], bool],
    stack: ExitStack,
    *,
    end: signal.Signals,
) -> None:
    """Start a server and return once it answers; it is stopped when the stack is left."""
    log = home / "server.log"
    with log.open("ab") as out:
        # A session of its own: Ctrl-C reaches us, and we end it in order.
        process = subprocess.Popen(  # noqa: S603 - a fixed command line
            argv, cwd=home, stdout=out, stderr=out, start_new_session=True
        )
    stack.callback(_stop, process, end)
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerMissing(f"{argv[-1]} did not start: {log.read_text(errors='replace')}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes], end: signal.Signals) -> None:
    process.send_signal(end)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _bound(argv: Sequence[str], account: str | None, *, end: str = "TERM") -> list[str]:
    """Return the command line under which the kernel ends it once we are gone (Linux)."""
    if not sys.platform.startswith("linux"):
        return list(argv)
    known = pwd.getpwnam(account) if account else None
    user = (
        ["--reuid", account or "", "--regid", str(known.pw_gid), "--clear-groups"] if known else []
    )
    return [_program("setpriv"), *user, "--pdeathsig", end, "--", *argv]


def _program(name: str) -> str:
    """Return the path of a program; of PostgreSQL's the newest that Debian has."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(versions, key=lambda path: float(path.parent.parent.name))
    if found := (str(newest[-1]) if newest else shutil.which(name)):
        return found
    raise ServerMissing(
        f"{name} is not installed. On Debian: apt-get install postgresql redis-server util-linux"
    )
