"""The `git` program, run so that nothing of its surroundings decides what it does.

argv lists only; an environment of our own; no configuration of the system, the user, or a
repository's hooks; one protocol; a time limit that ends the whole process group.

Source: git(1), environment variables; git-config(1).
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from rollouts.appliers.order import NotNow

PASSED_ON = (
    "PATH", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
)  # fmt: skip
MOST_OUTPUT = 64 * 2**20
MOST_SAID = 4000
SSH = (
    "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=10"
    " -oServerAliveInterval=10 -oServerAliveCountMax=3"
)
CONFIGURATION = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",  # a pack is there as a whole or not at all
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",  # ends a transfer whose parent was killed
    "http.lowSpeedTime": "20",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "maintenance.auto": "false",
    "push.recurseSubmodules": "no",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended, what it printed, and what it said beside that."""

    code: int
    out: bytes
    said: str


class Broken(Exception):
    """A command failed that cannot fail in a sound mirror of a sound repository."""


def environment(protocol: str, configuration: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a command; configuration may hold secrets, argv never."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    pairs = {**CONFIGURATION, **configuration}
    config = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (key, value) in enumerate(pairs.items()):
        config |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return {
        **passed,
        **config,
        "GIT_ALLOW_PROTOCOL": protocol,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_SSH_COMMAND": SSH,
        "GIT_SSH_VARIANT": "ssh",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": os.devnull,
        "LC_ALL": "C",
    }


@dataclass(frozen=True, slots=True)
class Program:
    """Git as one remote's commands need it.

    Shapes
        kept_open   a file descriptor that commands inherit, so that its lock outlives a killed
                    parent for as long as one of them still runs
    """

    environment: Mapping[str, str]
    kept_open: tuple[int, ...] = ()

    def run(self, argv: Sequence[str], *, seconds: float, stdin: bytes = b"") -> Answer:
        """Run one command to its end.

        Errors
            NotNow      time is up, or there is no git
            Broken      more output than anything sound gives
        """
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as said,
        ):
            given.write(stdin)
            given.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603  (argv is ours, see the module's text)
                    ["git", *argv],  # noqa: S607  (whichever the deployment has on its PATH)
                    stdin=given,
                    stdout=out,
                    stderr=said,
                    env=dict(self.environment),
                    cwd=os.sep,  # no repository to be found by chance
                    pass_fds=self.kept_open,
                    start_new_session=True,
                )
            except OSError:
                raise NotNow("The program git cannot be run. Install it on the workers.") from None
            code = _ended(process, seconds=seconds)
            if code is None:
                command = next(word for word in argv if not word.startswith("-"))
                raise NotNow(f"git {command} did not end within {seconds:g} s.")
            return Answer(code, _read(out, MOST_OUTPUT), _last(said))


def _ended(process: subprocess.Popen[bytes], *, seconds: float) -> int | None:
    """Return the exit code; None when time was up and the process group was ended."""
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read(file: IO[bytes], most: int) -> bytes:
    if file.seek(0, os.SEEK_END) > most:
        raise Broken(f"git printed more than {most:,} bytes")
    file.seek(0)
    return file.read()


def _last(file: IO[bytes]) -> str:
    """Return the end of what was said, without what a terminal would obey."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - MOST_SAID))
    text = file.read().decode(errors="replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
