"""Apply the order for kube-1 in a process of its own: apply_once.py REPOSITORY FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.rollouts.appliers.git.repositories import (
    Repository,
    applier_for,
    free,
    order,
    place,
)

if __name__ == "__main__":
    repository = Repository(Path(sys.argv[1]))
    applier = applier_for(Path(sys.argv[2]), repository)
    receipt = applier.apply(order(place(repository, "kube-1")), guard=free)
    sys.stdout.write(f"{receipt.reference} {receipt.was_there}\n")
