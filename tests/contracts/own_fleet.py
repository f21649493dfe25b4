"""Penumbra on a fleet of one's own, started as a person would: the command, and what it prints.

with started(folder, fleet, settings) as run:
    run.wait_for("Penumbra: http://")
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.house.tree import ROOT
from tests.plugins.child import Child

PATIENCE_SECONDS = 120.0


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a fresh machine, with these settings and a folder of its own."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PENUMBRA_")}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT"):
        kept.pop(name, None)
    return {**kept, "PENUMBRA_FOLDER": str(folder), "PYTHONPATH": str(ROOT), **settings}


def refusal(folder: Path, fleet: Path, settings: Mapping[str, str]) -> str:
    """Run the command where something is missing and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "config.run", str(fleet)],
        cwd=ROOT,
        env=environment(folder, settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def lines_to_type(said: str) -> list[str]:
    """Return the indented lines: those that a person copies into a shell."""
    return [line.strip() for line in said.splitlines() if line.startswith("  ")]


def type_lines(lines: list[str], folder: Path, *, password: str) -> dict[str, str]:
    """Type lines into one shell at a terminal; return the settings that it then has."""
    script = "\n".join([*lines, f"env -0 > '{folder}/typed'"])
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["setsid", "--ctty", "--wait", "bash", "-euc", script],
        cwd=ROOT,
        env=environment(folder, {}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    answering = threading.Thread(target=_answer_prompts, args=(ours, password))
    answering.start()
    assert shell.wait(timeout=PATIENCE_SECONDS) == 0
    answering.join(timeout=10)
    os.close(ours)
    typed = (folder / "typed").read_text().rstrip("\0").split("\0")
    pairs = dict(entry.split("=", 1) for entry in typed)
    return {name: text for name, text in pairs.items() if name.startswith("PENUMBRA_")}


def _answer_prompts(terminal: int, password: str) -> None:
    """Give the password whenever the terminal asks for it."""
    said = b""
    with contextlib.suppress(OSError):  # the terminal is gone with its last program
        while piece := os.read(terminal, 1024):
            said += piece
            if re.search(rb"[Pp]assword( \(again\))?: $", said):
                os.write(terminal, password.encode() + b"\n")
                said = b""


class Run(Child):
    """The command while it runs, in a session of its own."""

    def printed(self) -> str:
        """Return what it has printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, pattern: str) -> str:
        """Return what a pattern's group matches once it is printed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(pattern, self.printed())):
            assert self.is_running, self.printed()
            assert time.monotonic() < deadline, self.printed()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
        return found[1]

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(30)

    def left_behind(self) -> list[str]:
        """Return the processes that are still in its session."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                name, _, rest = stat.read_text().rpartition(")")
                state, _, _, session = rest.split()[:4]
                if int(session) == self.process.pid and state != "Z":
                    found.append(name)
        return found


@contextlib.contextmanager
def started(folder: Path, fleet: Path, settings: Mapping[str, str], *words: str) -> Iterator[Run]:
    """Run the command until the end of the block; whatever it leaves behind is ended then."""
    argv = [sys.executable, "-m", "config.run", str(fleet), *words]
    run = Run(argv, folder=folder, end="INT", environment=environment(folder, settings))
    try:
        yield run
    finally:
        if run.is_running:
            run.stop()
        if run.left_behind():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.process.pid, signal.SIGKILL)
