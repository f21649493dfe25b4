"""What the sinks took, as files in a folder: the newest can be read, the oldest are forgotten."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MOST = 500
"""Files kept; a demo is looked at for minutes."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that came, and when."""

    at: datetime
    data: bytes


class Kept:
    """A folder of what came, one file each, named by the moment."""

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()

    def keep(self, data: bytes) -> None:
        """Write one file; whoever reads meanwhile sees all of it or none."""
        with self._lock:
            path = self._folder / f"{time.time_ns():020}"
            draft = path.with_suffix(".draft")
            draft.write_bytes(data)
            draft.rename(path)
            for old in sorted(self._folder.iterdir())[:-MOST]:
                old.unlink()


def latest(folder: Path, *, limit: int) -> list[Item]:
    """Return what came last, the newest first; nothing where there is no folder."""
    names = [path for path in folder.glob("*") if path.name.isdigit()] if folder.is_dir() else []
    found = []
    for path in sorted(names, reverse=True)[:limit]:
        try:
            data = path.read_bytes()
        except FileNotFoundError:  # forgotten since it was listed
            continue
        at = datetime.fromtimestamp(int(path.name) / 1e9, tz=UTC)
        found.append(Item(at, data))
    return found
