"""One push of one commit to one branch: a fast forward or nothing.

Source: git-push(1), --porcelain. Without force the remote takes a commit only if it follows the
head that is there, and moves the branch from the head it told us to ours in one step.
"""

from __future__ import annotations

import re
from enum import Enum

from rollouts.appliers.git.mirrors import Mirror


class Fate(Enum):
    """What became of a push."""

    LANDED = "landed"
    BEHIND = "behind"  # another commit was faster
    DECLINED = "declined"  # the remote does not want it
    UNKNOWN = "unknown"  # the connection or the remote failed on the way


DECLINED = re.compile(r"hook declined|protected|denied|prohibited|not allowed|deny", re.IGNORECASE)


def push(mirror: Mirror, commit: str, branch: str) -> tuple[Fate, str]:
    """Push one commit; return what became of it, and what was said."""
    argv = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"]
    ref = f"refs/heads/{branch}"
    answer = mirror.talk(*argv, "--", mirror.remote.url, f"{commit}:{ref}")
    for line in answer.out.decode(errors="replace").splitlines():
        flag, _, rest = line.partition("\t")
        refs, _, summary = rest.partition("\t")
        if refs == f"{commit}:{ref}":
            return _fate(flag, summary), mirror.remote.shown(f"{summary} {answer.said}".strip())
    return Fate.UNKNOWN, mirror.remote.shown(answer.said)


def _fate(flag: str, summary: str) -> Fate:
    """Return what a line of the report means."""
    if flag != "!":
        return Fate.LANDED
    if summary.startswith("[rejected]"):
        return Fate.BEHIND
    return Fate.DECLINED if DECLINED.search(summary) else Fate.UNKNOWN
