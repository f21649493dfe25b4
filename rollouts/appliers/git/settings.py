"""What the git applier needs of the deployment, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from diffs.fetch import Credentials


@dataclass(frozen=True, slots=True)
class GitSettings:
    """Where mirrors lie, where git may go, with what, for how long, and under which name.

    Shapes
        folder          holds the mirrors; they can be deleted at any time
        remotes         beginnings of addresses that may be used; none allows none

    Units
        network_seconds one exchange with a remote
        local_seconds   one command in the mirror
        lock_seconds    waiting for another process that works on the same mirror
        most_bytes      the largest file that is read
    """

    folder: Path
    remotes: tuple[str, ...] = ()
    credentials: Credentials = field(default_factory=Credentials)
    name: str = "Penumbra"
    mail: str = "penumbra@localhost"
    network_seconds: float = 60.0
    local_seconds: float = 30.0
    lock_seconds: float = 5.0
    most_bytes: int = 500_000
