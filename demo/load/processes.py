"""The processes of a deployment while it is under load: started, measured, ended by their ids."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 20.0


class Process:
    """One process of the deployment, with the most memory it was seen to hold."""

    def __init__(self, name: str, argv: Sequence[str], *, log: Path, **settings: str) -> None:
        """Start it under `settings` beside this process's own environment."""
        self.name = name
        self.peak_megabytes = 0.0
        self.samples: list[float] = []
        with log.open("ab") as out:
            self.popen = subprocess.Popen(  # noqa: S603 - a fixed command line
                argv, cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=out
            )

    def sample(self) -> None:
        """Note the memory held now."""
        megabytes = resident_megabytes(self.popen.pid)
        self.samples.append(megabytes)
        self.peak_megabytes = max(self.peak_megabytes, megabytes)

    def cpu_seconds(self) -> float:
        """Return the processor time spent so far."""
        try:
            text = Path(f"/proc/{self.popen.pid}/stat").read_text()
        except OSError:
            return 0.0
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self) -> None:
        """End it in order, or else by force."""
        self.popen.terminate()
        try:
            self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def resident_megabytes(pid: int) -> float:
    """Return what a process holds in memory; 0.0 once it is gone. Linux only."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found: Mapping[str, str] = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(found.get("VmRSS", "0 kB").split()[0]) / 1024


def celery(*arguments: str) -> list[str]:
    """Return the command line of a Celery program of this installation."""
    return [sys.executable, "-m", "celery", "-A", "config.celery", *arguments]
