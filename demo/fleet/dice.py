"""Chance that is the same in every run."""

from __future__ import annotations

import random


def dice(seed: int, *names: str) -> random.Random:
    """Return a source of chance of its own for these names; equal arguments give equal throws."""
    return random.Random(f"{seed}/{'/'.join(names)}")  # noqa: S311  # a demo needs no secrets
