"""What is on a branch already: this order, or one that overtook it."""

from __future__ import annotations

from collections.abc import Iterator

from rollouts.appliers.git.message import (
    is_of,
    key_trailer,
    overtaking,
    tier_trailers,
    trailers_of,
)
from rollouts.appliers.git.mirrors import Mirror
from rollouts.appliers.order import Order, Overtaken


def find_order(mirror: Mirror, head: str, order: Order) -> str | None:
    """Return the commit of this order, None when it is not on the branch.

    Errors
        Overtaken   a later order for the tier is there, and this one is not
    """
    for commit, message in _commits(mirror, head, [key_trailer(order)]):
        if is_of(trailers_of(message), order):
            return commit
    lines = [f"{name}: {value}" for name, value in tier_trailers(order)]
    found = [
        (overtaking(trailers_of(message), order), commit)
        for commit, message in _commits(mirror, head, lines)
    ]
    newest, commit = max(found, default=(0, ""))
    if newest:
        said = f"A newer change of this tier is there, commit {commit[:12]}."
        raise Overtaken(said, newest)
    return None


def _commits(mirror: Mirror, head: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the commits whose messages hold all lines somewhere, newest first."""
    greps = [f"--grep={line}" for line in lines]
    argv = ["log", "-z", "--format=%H%n%B", "--fixed-strings", "--all-match", *greps]
    for record in mirror.git(*argv, head, "--").decode(errors="replace").split("\0"):
        commit, _, message = record.partition("\n")
        if commit:
            yield commit, message
