"""Which state a target is in: one word from its outcome, its mode and the time since it was proven.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. A dead collector overrides every word: while nobody looks, all are `blind`, with the word
before as what it was. Stale beats clean everywhere: a word about a target holds only while it was
proven within three intervals. What is settling keeps the last settled word and a mark beside it. In
exec the legacy side reads from the shadow, so agreement there is `follows`, never `clean`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diffs.outcomes import SETTLING, Outcome
from diffs.queries.standings import SourceFacts
from rollouts.machine import Mode

PROVEN_INTERVALS = 3
AHEAD = timedelta(seconds=-5)
"""How far ahead of now a proof may lie: readers and writers ask the clock at different moments."""

STATES: dict[str, str] = {
    Outcome.EQUAL: "clean",
    Outcome.EQUAL_AFTER_RULES: "clean",
    Outcome.EXPECTED: "expected",
    Outcome.LAG: "clean",
    Outcome.DIFFERENT: "differs",
    Outcome.UNSTABLE: "differs",
    Outcome.UNCONFIRMED: "unconfirmed",
    Outcome.MOVED: "unconfirmed",
    Outcome.REFUSED: "refused",
    Outcome.DUPLICATE_ID: "refused",
    Outcome.SUSPECT: "suspect",
    Outcome.SAME_ADDRESS: "suspect",
    Outcome.SWAPPED: "suspect",
    Outcome.UNTRUSTED: "suspect",
    Outcome.STALE_SOURCE: "stale",
    Outcome.NOT_READY: "not_ready",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.NOT_A_TABLE: "unreachable",
    Outcome.TRUNCATED: "unreachable",
    Outcome.NOT_COMPARED: "not_compared",
}

NEEDS_A_PERSON = ("differs", "refused", "suspect", "stale", "not_ready", "unreachable")
"""States that keep a tier from going on, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target's word, whether it is settling, and why it is stale where that is the word.

    `was` is the word that a dead collector overrides, "" while somebody looks.
    """

    state: str
    is_settling: bool = False
    why_stale: str = ""
    was: str = ""


def target_state(
    facts: SourceFacts, mode: Mode, *, now: datetime, observed: str = "", is_watched: bool = True
) -> TargetState:
    """Return the state of a target.

    `observed` is the mode read back, "" where none was: agreement is `clean` only in a shadow that
    nothing contradicts. `is_watched` says whether any worker hands out looks.
    """
    if is_watched:
        return _seen(facts, mode, now=now, observed=observed)
    then = facts.last_look_at or facts.next_look_at  # what it was, before it aged unseen
    seen = _seen(facts, mode, now=then, observed=observed)
    why = "Nobody looks at present." if facts.sentence else f"{seen.why_stale} Nobody looks now."
    return TargetState("blind", why_stale=why, was=seen.state)


def _seen(facts: SourceFacts, mode: Mode, *, now: datetime, observed: str) -> TargetState:
    """Return the state that the looks so far come to."""
    if not facts.outcome or facts.last_look_at is None:
        return _never_seen(facts, now)
    outcome = Outcome(facts.outcome)
    is_settling = outcome in SETTLING
    if is_settling and facts.settled:
        outcome = Outcome(facts.settled)
    state = STATES[outcome]
    if state in {"clean", "expected", "differs", "unconfirmed", "not_compared"}:
        why = why_stale(facts, now=now, needs_proof=state != "not_compared")
        if why:
            return TargetState("stale", is_settling, why)
    if state in {"clean", "expected"}:
        word, why = _agreement(mode, observed or str(mode))
        if why:
            return TargetState(word, is_settling, why)
        state = word if state == "clean" else state
    return TargetState(state, is_settling and state != "unconfirmed")


def _never_seen(facts: SourceFacts, now: datetime) -> TargetState:
    """Return the state of a target of which nothing is known: stale once its first look is late."""
    why = "It was not looked at yet."
    if facts.last_look_at is not None:
        why = "It was not looked at since its mode or its addresses changed."
    is_late = now - facts.next_look_at > _patience(facts)
    return TargetState("stale" if is_late else "unseen", why_stale=why)


def _agreement(mode: Mode, observed: str) -> tuple[str, str]:
    """Return the word for a pair that agrees, and why it is not the word one would expect."""
    if mode == Mode.UNKNOWN:
        return "unconfirmed", "Its mode is not known, so agreement proves nothing yet."
    if observed != mode:
        return "unconfirmed", f"Its mode is {mode} here, but {observed} is read back."
    return {Mode.SHADOW: "clean", Mode.EXEC: "follows", Mode.OFF: "not_compared"}[mode], ""


def why_stale(facts: SourceFacts, *, now: datetime, needs_proof: bool) -> str:
    """Say why what was seen last no longer counts; "" while it does."""
    proven_at = facts.last_proof_at if needs_proof else facts.last_look_at
    if proven_at is None:
        return "Nothing was proven yet."
    if AHEAD < now - proven_at <= _patience(facts):
        return ""
    if now - proven_at <= AHEAD:
        return "The last proof lies in the future: the database's clock was set back."
    return (
        f"The last proof is older than {PROVEN_INTERVALS} intervals of {facts.interval_seconds} s."
    )


def _patience(facts: SourceFacts) -> timedelta:
    """Return for how long what was seen counts, and how late a look may be."""
    return timedelta(seconds=PROVEN_INTERVALS * facts.interval_seconds)
