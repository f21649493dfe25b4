"""The words for where a promotion stands: one for each state, the same on pages, mail and trail."""

from __future__ import annotations

from rollouts.machine import MEANINGS, Kind, State
from rollouts.models import Promotion

ORDERED = "ordered"
"""What a rollback is before a worker takes it up: nobody approved it, and nobody has to."""

ORDERED_MEANING = "A way back needs one person and no gate. A worker carries it out at once."
PUSHED = "The commit is pushed."
HANDED = "A person carries it out."

WORDS: dict[str, str] = {
    State.PENDING: "waiting for approval",
    State.APPLYING: "being carried out",
    State.VERIFYING: "being read back",
    ORDERED: ORDERED,
}
"""What "it is …" ends with where that is another word than the state's own."""

TRAIL_WORDS: dict[str, tuple[str, str]] = {
    "promotion_requested": ("pending", "asked for"),
    "rollback_ordered": (ORDERED, "rollback ordered"),
    "promotion_approval_given": ("pass", "approval given"),
    "promotion_approved": ("approved", "approved by everybody needed"),
    "promotion_scheduled": ("scheduled", "scheduled"),
    "promotion_applying": ("applying", "being carried out"),
    "promotion_paused": ("paused", "paused"),
    "apply_intent": ("intent", "about to be written"),
    "apply_written": ("written", "written"),
    "promotion_verifying": ("verifying", "written, reading back"),
    "promotion_done": ("done", "done: read back from every target"),
    "promotion_rejected": ("rejected", "rejected"),
    "promotion_withdrawn": ("withdrawn", "withdrawn"),
    "promotion_expired": ("expired", "expired"),
    "promotion_outdated": ("outdated", "outdated: what was agreed to got worse"),
    "promotion_superseded": ("superseded", "superseded by a rollback"),
    "promotion_failed": ("failed", "failed"),
    "promotion_request_refused": ("fail", "request refused"),
    "promotion_approve_refused": ("fail", "approval refused"),
    "promotion_reject_refused": ("fail", "rejection refused"),
    "promotion_withdraw_refused": ("fail", "withdrawal refused"),
}
"""{action of the trail: (mark, words)}."""


def shown_state(promotion: Promotion) -> str:
    """Return the state as people are told it."""
    is_ordered = promotion.kind == Kind.ROLLBACK and promotion.state == State.APPROVED
    return ORDERED if is_ordered else promotion.state


def state_words(promotion: Promotion) -> str:
    """Return what a promotion is, to follow "it is"."""
    state = shown_state(promotion)
    return WORDS.get(state, state)


def meaning_of(promotion: Promotion, state: State) -> str:
    """Return what a state says of this promotion, in whole sentences."""
    if promotion.kind == Kind.ROLLBACK and state == State.APPROVED:
        return ORDERED_MEANING
    if state == State.VERIFYING:
        return f"{PUSHED if promotion.reference else HANDED} {MEANINGS[state]}"
    return MEANINGS[state]


def trail_words(action: str) -> tuple[str, str]:
    """Return the mark and the words of an action of the trail; "" where it has no mark."""
    return TRAIL_WORDS.get(action, ("", action.replace("_", " ")))
