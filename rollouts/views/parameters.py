"""Read numbers and words out of addresses, where anything may stand."""

from __future__ import annotations

LARGEST = 2**31 - 1


def positive(text: str | None) -> int | None:
    """Return a whole number from 1 on; None for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if 1 <= number <= LARGEST else None


def typed(text: str | None, *, most: int, default: str = "") -> str:
    """Return a text without what nobody types: a NUL, which databases refuse, and its like.

    Units: most counts characters; what is longer is cut.
    """
    kept = default if text is None else "".join(letter for letter in text if letter.isprintable())
    return kept[:most]
