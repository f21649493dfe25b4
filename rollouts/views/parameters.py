"""Read numbers and words out of addresses, where anything may stand."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme

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


def own_path(text: str | None) -> str:
    """Return a path of this site, for a redirect to where somebody came from; "" for all else.

    A browser also leaves it for two slashes, for a slash and a backslash, and for either with a tab
    in between, which it drops.
    """
    if text is None or not text.startswith("/") or not text.isprintable():
        return ""
    return text if url_has_allowed_host_and_scheme(text, allowed_hosts=None) else ""
