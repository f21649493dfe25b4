"""Which build this is, and under which names its results are kept."""

from __future__ import annotations

from django.conf import settings

from diffs.formats import FORMATS
from diffs.formats.format import Format
from diffs.rules.rule_set import NO_RULES

__all__ = ["BUILD", "COMPARER", "NO_RULES", "comparer_of"]

COMPARER = "1"


def comparer_of(format_: Format) -> str:
    """Return the name under which comparisons are kept: the reader's and the comparer's."""
    return f"{format_.label} {COMPARER}"


BUILD = f"{settings.VERSION}: " + ", ".join(comparer_of(format_) for format_ in FORMATS.values())
"""This build, as far as its verdicts depend on it."""
