"""Let the clusters of the story follow the repository: what its branch says, each does soon."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from demo.fleet.fleet import Fleet
from demo.repository import BRANCH, DEFAULTS, KEY, OWN, git
from demo.story import CLUSTERS

POLL_SECONDS = 1.0
DELAY_SECONDS = (0.5, 3.0)
"""How long a cluster takes from a commit to the mode it asks for."""

LINE = re.compile(rf'^\s*{KEY}: "(\w+)"', re.MULTILINE)


class Follower:
    """Watches the head of the branch; each cluster takes its value a moment after a change."""

    def __init__(self, repository: Path, fleet: Fleet, *, clock: Callable[[], float]) -> None:
        self._repository, self._fleet, self._clock = repository, fleet, clock
        self._aliases = [cluster.alias for cluster in CLUSTERS]
        self._chance = random.Random(7)  # noqa: S311  (a story, no secret)
        self._modes: dict[str, str] = {}
        self._due: list[asyncio.TimerHandle] = []

    @property
    def is_following(self) -> bool:
        """Say whether the branch was read once: what changes from now on is followed."""
        return bool(self._modes)

    async def run(self) -> None:
        """Follow until cancelled."""
        head = ""
        try:
            while True:
                found = await asyncio.to_thread(_head, self._repository)
                if found and found != head:
                    head = found
                    self._follow(
                        await asyncio.to_thread(modes_at, self._repository, head, self._aliases)
                    )
                await asyncio.sleep(POLL_SECONDS)
        finally:
            for handle in self._due:
                handle.cancel()

    def _follow(self, modes: dict[str, str]) -> None:
        """Let every cluster whose value changed take it soon; the first values are no change."""
        loop = asyncio.get_running_loop()
        for alias, mode in modes.items():
            if self._modes and self._modes.get(alias) != mode:
                delay = self._chance.uniform(*DELAY_SECONDS)
                self._due.append(loop.call_later(delay, self._take, alias, mode))
        self._modes = modes

    def _take(self, alias: str, mode: str) -> None:
        """Set a mode, unless the branch has moved on since."""
        if self._modes.get(alias) == mode:
            self._fleet.clusters[alias].set_mode(mode, self._clock())


def modes_at(repository: Path, head: str, aliases: Iterable[str]) -> dict[str, str]:
    """Return the value of each cluster at a commit: its own, else the default."""
    default = _value(repository, head, DEFAULTS)
    found = {alias: _value(repository, head, OWN.format(alias=alias)) for alias in aliases}
    return {alias: own or default for alias, own in found.items() if own or default}


def _head(repository: Path) -> str:
    try:
        return git(repository, "rev-parse", f"refs/heads/{BRANCH}").strip()
    except subprocess.CalledProcessError:
        return ""


def _value(repository: Path, head: str, path: str) -> str:
    """Return the value in one file; "" where there is none."""
    try:
        text = git(repository, "cat-file", "blob", f"{head}:{path}")
    except subprocess.CalledProcessError:
        return ""
    found = LINE.search(text)
    return found[1] if found else ""
