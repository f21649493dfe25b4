"""What moved between two documents of evidence without getting worse: said, so that nobody wonders.

Pure: nothing here imports Django, reads a clock or opens a socket. What got worse is `worse`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from rollouts.evidence.document import Document
from rollouts.evidence.form import is_known_form

NOW = {"pass": "passes now", "unknown": "is unknown now"}
THEN = {"pass": "passed", "fail": "failed", "unknown": "was unknown"}


def eased(then: Document, now: Document) -> tuple[str, ...]:
    """Return in sentences what vanished, opened or is unknown for a while; () where nothing."""
    if not (is_known_form(then) and is_known_form(now)):
        return ()
    return (
        *_vanished(_part(then, "targets"), _part(now, "targets")),
        *_gates(_part(then, "gates"), _part(now, "gates")),
    )


def _part(document: Document, name: str) -> Mapping[str, Any]:
    """Return a part that the document's form promises to be a JSON object."""
    return cast("Mapping[str, Any]", document[name])


def _vanished(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(then.keys() & now.keys()):
        gone = len(then[key]["differences"].keys() - now[key]["differences"].keys())
        if gone:
            noun = "difference" if gone == 1 else "differences"
            yield f"{gone:,} {noun} of {key} vanished."


def _gates(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(then.keys() & now.keys()):
        if then[name] != now[name] and now[name] in NOW:
            yield f"The gate {name} {THEN[then[name]]}, and {NOW[now[name]]}."
