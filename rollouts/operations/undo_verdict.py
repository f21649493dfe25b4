"""Take back what was said of a difference."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from diffs.models import Difference, Review
from diffs.operations.ask_for_look import ask_for_look
from diffs.operations.undo_review import undo_review
from diffs.queries.variants import sources_with
from ledger import audit
from rollouts.operations.decide_difference import (
    Refusal,
    Standing,
    decide_difference,
    may_decide,
    role_text,
    subject_of,
)
from rollouts.operations.give_verdict import told


def undo_verdict(review: Review, *, actor: AbstractBaseUser, now: datetime) -> Review:
    """Undo a review where nothing newer was said; what counted before it counts again.

    Errors
        ReviewRefused   no authority, undone already, or something newer counts
        Busy            the locks could not be had
    """

    def work(locked: Difference, standing: Standing) -> Review | Refusal:
        present = Review.objects.select_related("owner").get(pk=review.pk)
        if present.undone_by_id == actor.pk:
            return present  # the same click again
        if fault := _fault(present, standing):
            return Refusal(fault)
        before = told(present, variants=present.counting.count())
        undo_review(present, actor=actor, now=now)
        ask_for_look(sources_with(locked.pk), now=now)
        audit.record(
            "verdict_undone",
            subject=subject_of(locked),
            actor=actor,
            at=now,
            role=role_text(standing.all_roles),
            before=before,
        )
        return present

    return decide_difference("verdict_undo", review.difference_id, work, actor=actor, now=now)


def _fault(review: Review, standing: Standing) -> str:
    """Say why a review is not undone; "" where it may be."""
    if review.undone_at is not None:
        return "It was undone already."
    if not review.counting.exists():
        return "Something newer was said since. Undo that first."
    return may_decide(standing)
