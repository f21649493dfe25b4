"""Every address of the URLconf, spelt out for a fleet on the stage."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND")


def url_names(urlconf: str | None = None) -> list[str]:
    """Return the name of every address; "" for one that has none."""
    return list(_names(get_resolver(urlconf).url_patterns))


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        else:
            yield pattern.name or ""
