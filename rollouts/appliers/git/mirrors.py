"""Bare mirrors of remotes, one process at a time in each, made anew when broken.

A mirror is a cache: whatever it says about a branch was fetched under the lock that is held. It
has no work tree, so that nothing of a repository is ever a file that something could run or follow.

The lock is inherited by git's own processes: one that outlived its killed parent keeps the mirror
to itself. There are a few mirrors for each remote, so that neither such a process nor one that is
frozen holds up the next. What is right does not hang on the lock: only the remote decides.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rollouts.appliers.git.program import Answer, Broken, Program, environment
from rollouts.appliers.git.remotes import Remote
from rollouts.appliers.git.settings import GitSettings
from rollouts.appliers.order import NotNow, Refused

SLOTS = 4
ASKED_AGAIN_SECONDS = 0.05
MOST_PACKS = 100
NO_SUCH_BRANCH = 2
HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHA256_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Mirror:
    """One bare repository of ours, and the remote it mirrors."""

    path: Path
    remote: Remote
    settings: GitSettings
    program: Program

    def git(self, *argv: str, stdin: bytes = b"") -> bytes:
        """Run a command in the mirror and return what it printed.

        Errors
            Broken      it failed
            NotNow      time is up
        """
        answer = self._run(*argv, seconds=self.settings.local_seconds, stdin=stdin)
        if answer.code != 0:
            raise Broken(f"git {argv[0]} failed: {self.remote.shown(answer.said)}")
        return answer.out

    def talk(self, *argv: str) -> Answer:
        """Run a command that talks to the remote; its failure is an answer, too."""
        return self._run(*argv, seconds=self.settings.network_seconds)

    def refresh(self, branch: str) -> str:
        """Return the head of the remote's branch, now, with all it leads to here.

        Errors
            Refused     there is no such branch
            NotNow      the remote is away
            Broken      it is there, and cannot be fetched
        """
        ref = f"refs/heads/{branch}"
        head = self._head_there(ref)
        if self._head_here(ref) == head:
            return head
        if len(list(self.path.glob("objects/pack/*.pack"))) > MOST_PACKS:
            self.make_anew()
        if not (self.path / "HEAD").exists():
            self._make(head)
        argv = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]
        answer = self.talk(*argv, "--", self.remote.url, f"+{ref}:{ref}")
        if answer.code != 0:
            raise Broken(f"{branch} cannot be fetched: {self.remote.shown(answer.said)}")
        return self.git("rev-parse", "--verify", f"{ref}^{{commit}}").decode().strip()

    def make_anew(self) -> None:
        """Throw the mirror away; the next refresh makes it anew."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _make(self, head: str) -> None:
        """Make an empty mirror for hashes as the remote has them."""
        self.make_anew()
        kind = "sha256" if len(head) == SHA256_DIGITS else "sha1"
        argv = ["init", "--quiet", "--bare", "--template=", f"--object-format={kind}"]
        answer = self.program.run([*argv, str(self.path)], seconds=self.settings.local_seconds)
        if answer.code != 0:
            raise Broken(f"git init failed: {self.remote.shown(answer.said)}")

    def _head_there(self, ref: str) -> str:
        """Return the remote's head of a branch."""
        argv = ["ls-remote", "--exit-code", "--", self.remote.url, ref]
        answer = self.program.run(argv, seconds=self.settings.network_seconds)
        if answer.code not in (0, NO_SUCH_BRANCH):
            raise NotNow(f"{self.remote.url} does not answer: {self.remote.shown(answer.said)}")
        for line in answer.out.decode(errors="replace").splitlines():
            head, _, name = line.partition("\t")
            if name == ref and HASH.fullmatch(head):
                return head
        raise Refused(f"There is no branch {ref.removeprefix('refs/heads/')} in {self.remote.url}.")

    def _head_here(self, ref: str) -> str:
        """Return what was fetched last; empty where nothing was, or the mirror is no repository."""
        answer = self._run(
            "rev-parse", "--verify", "--quiet", ref, seconds=self.settings.local_seconds
        )
        return answer.out.decode(errors="replace").strip() if answer.code == 0 else ""

    def _run(self, *argv: str, seconds: float, stdin: bytes = b"") -> Answer:
        return self.program.run([f"--git-dir={self.path}", *argv], seconds=seconds, stdin=stdin)


@contextmanager
def locked_mirror(remote: Remote, settings: GitSettings) -> Iterator[Mirror]:
    """Give a mirror of the remote that nobody else works in.

    Errors
        NotNow      all of them are taken, or there is no place for them
    """
    name = hashlib.sha256(remote.url.encode()).hexdigest()[:32]
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock, slot = _lock(settings, name)
    except OSError as error:
        raise NotNow(f"The folder of the mirrors cannot be used: {error.strerror}.") from None
    try:
        person = {"user.name": settings.name, "user.email": settings.mail}
        surroundings = environment(remote.protocol, {**remote.configuration, **person})
        program = Program(surroundings, (lock,))
        yield Mirror(settings.folder / f"{name}.{slot}.git", remote, settings, program)
    finally:
        os.close(lock)


def _lock(settings: GitSettings, name: str) -> tuple[int, int]:
    """Return a lock and its number: the first mirror if it comes free in time, else another."""
    until = time.monotonic() + settings.lock_seconds
    while True:
        is_late = time.monotonic() >= until
        for slot in range(SLOTS if is_late else 1):
            lock = os.open(settings.folder / f"{name}.{slot}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
            else:
                return lock, slot
        if is_late:
            raise NotNow("Other processes work on all mirrors of this remote.")
        time.sleep(ASKED_AGAIN_SECONDS)
