"""Read numbers out of addresses, where anything may stand."""

from __future__ import annotations

LARGEST = 2**31 - 1


def positive(text: str | None) -> int | None:
    """Return a whole number from 1 on; None for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if 1 <= number <= LARGEST else None
