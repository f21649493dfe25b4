"""A server program that ends when the test process ends, however that ends."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

START_SECONDS = 120.0  # for a machine under load; a program that died is seen at once
STOP_SECONDS = 15.0
POLL_SECONDS = 0.02


class ProgramMissing(Exception):
    """A program that tests need is not installed; the text says what to install."""


class NotReady(Exception):
    """A server ended or stayed silent; the text holds the end of its log."""


def find_program(name: str, *, package: str, folders: Sequence[Path] = ()) -> str:
    """Return the path of a program, from the folders first, then from PATH.

    Errors
        ProgramMissing      it is in none of them
    """
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise ProgramMissing(
        f"{name} is not installed. Run: make packages (Debian: apt-get install {package})"
    )


def bound_to_parent(argv: Sequence[str], *, user: str | None, end: str) -> list[str]:
    """Return the command line under which the kernel sends `end` once this process is gone.

    `user` is the account to run as, for programs that refuse root; None keeps this one.
    """
    account = (
        ["--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid), "--clear-groups"]
        if user
        else []
    )
    setpriv = find_program("setpriv", package="util-linux")
    return [setpriv, *account, "--pdeathsig", end, "--", *argv]


class Child:
    """One running server program with its log."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        folder: Path,
        user: str | None = None,
        end: str = "TERM",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the program in `folder`; it ends by the signal `end` (INT, TERM)."""
        self.log = folder / "server.log"
        self.end = getattr(signal, f"SIG{end}")
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches pytest, which ends us in order.
            self.process = subprocess.Popen(
                bound_to_parent(argv, user=user, end=end),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return once `is_ready()`.

        Errors
            NotReady        the program ended, or was not ready in time
        """
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if not self.is_running or time.monotonic() > deadline:
                raise NotReady(self.log.read_text(errors="replace")[-4000:])
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(POLL_SECONDS)

    def stop(self) -> None:
        """End the program in order; by force when it takes too long."""
        self.signal(self.end)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the program as a crash would."""
        self.signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def signal(self, number: int) -> None:
        """Send a signal: SIGSTOP and SIGCONT make a server that hangs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
