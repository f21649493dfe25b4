"""The evidence of some targets of a step, out of that of all. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rollouts.evidence.document import Document


def narrowed(document: Document, keys: Collection[str]) -> Document:
    """Return the document with these targets alone: whoever saw it all saw them, too."""
    targets = document.get("targets")
    if not isinstance(targets, Mapping):
        return document
    kept = {key: target for key, target in targets.items() if key in keys}
    return {**document, "targets": kept}
