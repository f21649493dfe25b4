"""What got worse between the evidence that was seen and the evidence that is.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Every part of the document is held against the same part of the other. What vanishes, and a
gate that nobody can judge for a while, takes nothing away from what was agreed to. A form that this
version does not know is worse: unknown is closed.

Laws. "Not worse" is reflexive and transitive over documents of the known form: who agreed to `a`
may be held to `c` where nothing got worse on the way from `a` to `b` nor from `b` to `c`. It is not
symmetric, and two documents of one digest are never worse than each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from rollouts.evidence.document import Document
from rollouts.evidence.form import GRAVITY, is_known_form

GATE_WORDS = {"pass": "passed", "unknown": "was unknown"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that got worse: which part of the evidence, and the sentence a person reads."""

    part: str
    sentence: str


def worse(then: Document, now: Document) -> tuple[Change, ...]:
    """Return what is worse now than then, in the order of the document; () where nothing is."""
    if not (is_known_form(then) and is_known_form(now)):
        return (Change("version", "The evidence has a form that this version does not know."),)
    return (
        *_frame(then, now),
        *_members(_part(then, "targets"), _part(now, "targets")),
        *_gates(_part(then, "gates"), _part(now, "gates")),
        *_set_aside(_part(then, "set_aside"), _part(now, "set_aside")),
    )


def _part(document: Document, name: str) -> Mapping[str, Any]:
    """Return a part that the document's form promises to be a JSON object."""
    return cast("Mapping[str, Any]", document[name])


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
    if then["place"] != now["place"]:
        yield Change("place", f"{key} is kept elsewhere now, or fields of its cluster changed.")
    if then["read_back"] != now["read_back"]:
        yield Change("read_back", f"{key} is read back elsewhere now.")
    before, after = then["differences"], now["differences"]
    if came := len(after.keys() - before.keys()):
        yield Change("differences", f"{key} has {_counted(came, 'new or changed difference')}.")
    graver = [each for each in before.keys() & after.keys() if _is_graver(before, after, each)]
    bugs = sum(after[each] == "bug" for each in graver)
    if bugs:
        judged = "judged a bug" if bugs == 1 else "judged bugs"
        yield Change("verdicts", f"{key} has {_counted(bugs, 'difference')} {judged} since then.")
    if reopened := len(graver) - bugs:
        are = "is" if reopened == 1 else "are"
        which = f"{_counted(reopened, 'difference')} that {are} no longer expected"
        yield Change("verdicts", f"{key} has {which}.")


def _is_graver(before: Mapping[str, str], after: Mapping[str, str], fingerprint: str) -> bool:
    return GRAVITY[after[fingerprint]] > GRAVITY[before[fingerprint]]


def _gates(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(then.keys() | now.keys()):
        if name not in now:
            yield Change("gates", f"The gate {name} is no longer asked.")
        elif name not in then:
            yield Change("gates", f"The gate {name} was not asked, and is now.")
        elif now[name] == "fail" and then[name] != "fail":
            yield Change("gates", f"The gate {name} {GATE_WORDS[then[name]]}, and fails now.")


def _set_aside(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Yield who vouches no longer for the tiers that come first."""
    for tier in sorted(now):
        for key in sorted(set(now[tier]) - set(then.get(tier, ()))):
            yield Change("set_aside", f"{key} of {tier}, which comes first, was set aside.")


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
