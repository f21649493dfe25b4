"""Agree as the second person: what was said counts from now on."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from diffs.models import Difference, Review
from diffs.operations.ask_for_look import ask_for_look
from diffs.queries.variants import sources_with
from diffs.verdicts import is_expired
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


def agree_with_review(review: Review, *, actor: AbstractBaseUser, now: datetime) -> Review:
    """Let a review count that waits for a second person.

    Errors
        ReviewRefused   no authority, one's own, or it waits for nobody any more
        Busy            the locks could not be had
    """

    def work(locked: Difference, standing: Standing) -> Review | Refusal:
        present = Review.objects.select_related("owner").get(pk=review.pk)
        if present.seconded_by_id == actor.pk and present.undone_at is None:
            return present  # the same click again
        if fault := _fault(present, standing, actor, now):
            return Refusal(fault)
        present.seconded_by, present.seconded_at = actor, now  # type: ignore[assignment]
        present.save(update_fields=["seconded_by", "seconded_at"])
        ask_for_look(sources_with(locked.pk), now=now)
        audit.record(
            "verdict_agreed",
            subject=subject_of(locked),
            actor=actor,
            at=now,
            role=role_text(standing.all_roles),
            reason=present.reason,
            after=told(present, variants=present.counting.count()),
        )
        return present

    return decide_difference("verdict_agree", review.difference_id, work, actor=actor, now=now)


def _fault(review: Review, standing: Standing, actor: AbstractBaseUser, now: datetime) -> str:
    """Say why a review is not agreed with; "" where it may be."""
    faults = (
        (review.by_id == actor.pk, "You said it yourself. Another person has to agree."),
        (review.undone_at is not None, "It was undone since you opened the page."),
        (not review.given.waits, "It waits for nobody any more."),
        (is_expired(review.given, now), "Its date is past. Say it anew, with another date."),
        (not review.counting.exists(), "Something newer was said since."),
    )
    return may_decide(standing) or next((text for is_so, text in faults if is_so), "")
