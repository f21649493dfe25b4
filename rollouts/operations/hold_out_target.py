"""Hold a target out of what was said of a difference, or let it hold there again.

What a person said never changes: each is a review of its own that says the same of fewer targets,
or of more. Fewer needs nobody else. More is a new promise, so an expected one waits for a second
person again where the policy asks for one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from diffs.models import Difference, Review, Variant
from diffs.operations.ask_for_look import ask_for_look
from diffs.operations.keep_review import keep_review
from diffs.queries.variants import present_variants, sources_with
from diffs.verdicts import Verdict, is_expired
from ledger import audit
from rollouts.operations.decide_difference import (
    Refusal,
    Standing,
    decide_difference,
    may_decide,
    role_text,
    subject_of,
)
from rollouts.operations.give_verdict import USED, came_sentence, needs_second
from rollouts.queries.difference_tiers import keys_showing
from rollouts.seen_variants import SeenVariants

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class HoldOut:
    """Which target, and which way.

    Shapes
        target          its key
        is_held_out     True: what was said shall not hold there; False: it shall again
        seen            the variants that the person's page showed
        request_key     the form's nonce
    """

    target: str
    is_held_out: bool
    seen: SeenVariants
    request_key: str


def hold_out_target(
    difference: Difference, asked: HoldOut, *, actor: AbstractBaseUser, now: datetime
) -> Review:
    """Hold a target out, or let what was said hold there again; return the last review written.

    Errors
        ReviewRefused   no authority, nothing was said, it is so already, or more is there than the
                        person saw
        Busy            the locks could not be had
    """

    def work(locked: Difference, standing: Standing) -> Review | Refusal:
        again = Review.objects.filter(request_key=asked.request_key).first()
        if again is not None:
            is_mine = (again.difference_id, again.by_id) == (locked.pk, actor.pk)
            return again if is_mine else Refusal(USED)
        if fault := may_decide(standing):
            return Refusal(fault)
        groups = _groups(locked, asked, now)
        if isinstance(groups, Refusal):
            return groups
        kept = [
            keep_review(_copy(one, asked, place, actor, now), variants)
            for place, (one, variants) in enumerate(groups)
        ]
        ask_for_look(sources_with(locked.pk), now=now)
        audit.record(
            "verdict_held_out" if asked.is_held_out else "verdict_returned",
            subject=subject_of(locked),
            actor=actor,
            at=now,
            role=role_text(standing.all_roles),
            after={"target": asked.target, "reviews": [one.pk for one in kept]},
        )
        return kept[0]

    action = "verdict_hold_out" if asked.is_held_out else "verdict_return"
    return decide_difference(action, difference.pk, work, actor=actor, now=now)


def _groups(
    difference: Difference, asked: HoldOut, now: datetime
) -> list[tuple[Review, list[Variant]]] | Refusal:
    """Return what counts of which variants, of all that says something else of the target."""
    present = list(present_variants(difference.pk))
    if came := [one.sentence for one in present if one.pk not in asked.seen]:
        return Refusal(came_sentence(len(came)), tuple(came[:MOST_NAMED]))
    counting: dict[Review, list[Variant]] = defaultdict(list)
    for one in present:
        if one.review is not None and not is_expired(one.review.given, now):
            counting[one.review].append(one)
    if not counting:
        return Refusal("Nothing that counts was said of it yet, so no target is in it or out.")
    if asked.is_held_out and asked.target not in keys_showing(difference):
        return Refusal("This target does not show it any more.")
    other = [
        (review, variants)
        for review, variants in counting.items()
        if (asked.target in review.held_out) is not asked.is_held_out
    ]
    word = "held out already" if asked.is_held_out else "not held out"
    return other or Refusal(f"This target is {word}.")


def _copy(
    review: Review, asked: HoldOut, place: int, actor: AbstractBaseUser, now: datetime
) -> Review:
    """Return the same said of fewer targets, or of more; not written yet."""
    keys = set(review.held_out)
    keys = keys | {asked.target} if asked.is_held_out else keys - {asked.target}
    waits = (
        review.given.waits
        if asked.is_held_out
        else needs_second(review.difference, Verdict(review.verdict))
    )
    return Review(
        difference=review.difference,
        verdict=review.verdict,
        reason=review.reason,
        owner_id=review.owner_id,
        until=review.until,
        held_out=sorted(keys),
        by_id=actor.pk,
        at=now,
        needs_second=waits,
        request_key=f"{asked.request_key}.{place}" if place else asked.request_key,
    )
