"""What got worse between the evidence that was seen and the evidence that is.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Every part of the document is held against the same part of the other. What vanishes, and a
gate that nobody can judge for a while, takes nothing away from what was agreed to. A part that this
version does not know is worse: unknown is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollouts.evidence.document import VERSION, Document

OPEN_VERDICTS = ("open", "bug")
"""Verdicts under which a difference stands in the way; expected and noise do not."""

FRAME = ("version", "rollout", "tier", "from", "to", "policy", "rules", "targets", "gates")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that got worse: which part of the evidence, and the sentence a person reads."""

    part: str
    sentence: str


def worse(then: Document, now: Document) -> tuple[Change, ...]:
    """Return what is worse now than then, in the order of the document; () where nothing is."""
    if set(then) != set(FRAME) or set(now) != set(FRAME) or then["version"] != now["version"]:
        return (Change("version", f"The evidence was written in another form than {VERSION}."),)
    return (
        *_frame(then, now),
        *_members(_part(then, "targets"), _part(now, "targets")),
        *_gates(_part(then, "gates"), _part(now, "gates")),
    )


def _part(document: Document, name: str) -> dict[str, Any]:
    part = document[name]
    return part if isinstance(part, dict) else {}


def _frame(then: Document, now: Document) -> Iterator[Change]:
    """Compare what the whole step stands on."""
    sentences = {
        "rollout": "It is another rollout.",
        "tier": "It is another tier.",
        "from": f"The step began in {then['from']}, and would begin in {now['from']} now.",
        "to": f"The step led to {then['to']}, and would lead to {now['to']} now.",
        "policy": "The policy of the tier was changed.",
        "rules": "Another set of rules is in force.",
    }
    for name, sentence in sentences.items():
        if then[name] != now[name]:
            yield Change(name, sentence)


def _members(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted(then.keys() | now.keys()):
        if key not in now:
            yield Change("targets", f"{key} is no longer among the targets that would move.")
        elif key not in then:
            yield Change("targets", f"{key} came to the targets that would move.")
        else:
            yield from _target(key, then[key], now[key])


def _target(key: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    if then["generation"] != now["generation"]:
        yield Change("generation", f"{key} was moved by another promotion.")
    if then["addresses"] != now["addresses"]:
        yield Change("addresses", f"{key} is read at other addresses.")
    before, after = then["differences"], now["differences"]
    came = [fingerprint for fingerprint in after if fingerprint not in before]
    if came:
        yield Change("differences", f"{key} has {_counted(came, 'new or changed difference')}.")
    turned = [
        fingerprint
        for fingerprint in before.keys() & after.keys()
        if after[fingerprint] in OPEN_VERDICTS and before[fingerprint] not in OPEN_VERDICTS
    ]
    if turned:
        yield Change("verdicts", f"{key} has {_counted(turned, 'difference')} no longer expected.")


def _gates(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(then.keys() | now.keys()):
        if name not in now:
            yield Change("gates", f"The gate {name} is no longer asked.")
        elif name not in then:
            yield Change("gates", f"The gate {name} is asked now.")
        elif now[name] == "fail" and then[name] != "fail":
            yield Change("gates", f"The gate {name} was {then[name]} and is fail now.")


def _counted(things: list[str], word: str) -> str:
    return f"{len(things)} {word}" if len(things) == 1 else f"{len(things)} {word}s"
