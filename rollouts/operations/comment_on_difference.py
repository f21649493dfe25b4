"""Say something about a difference to whoever reads of it next."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from diffs.models import Comment, Difference
from ledger import audit
from rollouts.operations.decide_difference import (
    Refusal,
    Standing,
    decide_difference,
    may_ask,
    role_text,
    subject_of,
)
from rollouts.reasons import comment_fault

TWICE = timedelta(minutes=1)
"""The same words of one person so soon after are one click that came twice."""


def comment_on_difference(
    difference: Difference, *, text: str, actor: AbstractBaseUser, now: datetime
) -> Comment:
    """Keep a comment.

    Errors
        ReviewRefused   no authority, or the text cannot be read
        Busy            the locks could not be had
    """

    def work(locked: Difference, standing: Standing) -> Comment | Refusal:
        if fault := may_ask(standing):
            return Refusal(fault)
        if fault := comment_fault(text):
            return Refusal(fault)
        said = "\n".join(text.strip().splitlines())
        twice = Comment.objects.filter(
            difference=locked, by=actor.pk, text=said, at__gt=now - TWICE
        ).first()
        if twice is not None:
            return twice
        comment = Comment.objects.create(difference=locked, by_id=actor.pk, at=now, text=said)
        audit.record(
            "difference_commented",
            subject=subject_of(locked),
            actor=actor,
            at=now,
            role=role_text(standing.all_roles),
            after={"comment": comment.pk, "text": said},
        )
        return comment

    return decide_difference("difference_comment", difference.pk, work, actor=actor, now=now)
