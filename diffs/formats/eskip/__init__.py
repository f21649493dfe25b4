"""Eskip, the language of Skipper's route tables."""

from __future__ import annotations

from diffs.formats.eskip.document import EskipError, parse_document
from diffs.formats.eskip.route import Route

__all__ = ["EskipError", "Route", "parse_document"]
