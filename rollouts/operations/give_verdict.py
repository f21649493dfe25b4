"""Say of a difference what it is: a bug, expected up to a date, or noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, User

from diffs.models import Difference, Review, Variant
from diffs.operations.ask_for_look import ask_for_look
from diffs.operations.keep_review import keep_review
from diffs.queries.variants import present_variants, sources_with
from diffs.verdicts import Verdict, is_expired
from ledger import audit
from rollouts.models import Tier
from rollouts.operations.decide_difference import (
    Refusal,
    Standing,
    decide_difference,
    may_ask,
    may_decide,
    role_text,
    subject_of,
)
from rollouts.queries.difference_people import may_own
from rollouts.queries.difference_tiers import keys_showing, tiers_of_rollout
from rollouts.reasons import reason_fault
from rollouts.seen_variants import SeenVariants

LONGEST = timedelta(days=90)
MOST_NAMED = 3
NEEDS_SECOND = "expected_needs_second"
USED = "This form was used before, for something else. Open the page again."


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person says.

    Shapes
        seen            the variants that their page showed
        variant         the one that it is said of; None: of all that are there
        held_out        keys of the targets for which it does not hold
        until           up to when an expected one holds; None for the others
        request_key     the form's nonce: the same form sent twice is one review
    """

    verdict: Verdict
    reason: str
    seen: SeenVariants
    request_key: str
    variant: int | None = None
    held_out: tuple[str, ...] = ()
    until: datetime | None = None
    owner: User | None = None


def give_verdict(
    difference: Difference, saying: Saying, *, actor: AbstractBaseUser, now: datetime
) -> Review:
    """Give a verdict on what is there of a difference, or on one variant of it.

    Errors
        ReviewRefused   no authority, no readable reason, a date that is past or too far off, or
                        more is there than the person saw: then it says what came
        Busy            the locks could not be had
    """

    def work(locked: Difference, standing: Standing) -> Review | Refusal:
        again = Review.objects.filter(request_key=saying.request_key).first()
        if again is not None:
            is_same = (again.difference_id, again.by_id) == (locked.pk, actor.pk)
            return again if is_same and again.verdict == saying.verdict else Refusal(USED)
        if fault := _fault(locked, saying, standing, now):
            return Refusal(fault)
        said_of = _covered(locked, saying, now)
        if isinstance(said_of, Refusal):
            return said_of
        review = keep_review(_review(locked, saying, actor, now), said_of)
        if saying.owner is not None:
            locked.owner, locked.version = saying.owner, locked.version + 1
            locked.save(update_fields=["owner", "version"])
        ask_for_look(sources_with(locked.pk), now=now)
        _record(locked, review, len(said_of), actor, standing)
        return review

    return decide_difference("verdict_give", difference.pk, work, actor=actor, now=now)


def needs_second(difference: Difference, verdict: Verdict) -> bool:
    """Say whether a second person is asked for: by any tier of the rollout, for it holds in all."""
    return verdict is Verdict.EXPECTED and any(_asks(tier) for tier in tiers_of_rollout(difference))


def _asks(tier: Tier) -> bool:
    return bool(tier.policy.get(NEEDS_SECOND, True))


def _fault(difference: Difference, saying: Saying, standing: Standing, now: datetime) -> str:
    """Say why it is not taken, whatever is there; "" where it is."""
    is_bug = saying.verdict is Verdict.BUG and not saying.held_out
    return (
        (may_ask if is_bug else may_decide)(standing)
        or _shape_fault(saying, now)
        or reason_fault(saying.reason)
        or _owner_fault(saying)
        or _held_out_fault(difference, saying)
    )


def _shape_fault(saying: Saying, now: datetime) -> str:
    if saying.verdict is Verdict.OPEN:
        return "Say bug, expected or noise; to open it again, undo what was said."
    if saying.verdict is not Verdict.EXPECTED:
        return "Only what is expected has a date." if saying.until is not None else ""
    return "" if _is_near(saying.until, now) else "Give a date in the future, at most 90 days off."


def _owner_fault(saying: Saying) -> str:
    if saying.owner is None:
        is_expected = saying.verdict is Verdict.EXPECTED
        return "Name an owner, who sees to it that it ends by its date." if is_expected else ""
    return "" if may_own(saying.owner) else "The owner holds no role here. Choose another."


def _held_out_fault(difference: Difference, saying: Saying) -> str:
    unknown = set(saying.held_out) - keys_showing(difference) if saying.held_out else set()
    return f"{min(unknown)} does not show it any more. Look again." if unknown else ""


def _is_near(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until <= now + LONGEST


def _covered(difference: Difference, saying: Saying, now: datetime) -> list[Variant] | Refusal:
    """Return the variants that it is said of: all there, or one; none that the person did not see,
    and none of which the same counts already."""
    present = list(present_variants(difference.pk))
    meant = [one for one in present if saying.variant in {None, one.pk}]
    if not meant:
        what = "it" if saying.variant is None else "this variant"
        return Refusal(f"No target shows {what} any more, so there is nothing to say of it.")
    if came := [one.sentence for one in meant if one.pk not in saying.seen]:
        return Refusal(came_sentence(len(came)), tuple(came[:MOST_NAMED]))
    new = [one for one in meant if not _is_alike(one.review, saying, now)]
    return new or Refusal(f"All of it counts as {saying.verdict} already, in the same words.")


def came_sentence(count: int) -> str:
    """Return that more is there than a page showed."""
    more = "1 variant has" if count == 1 else f"{count:,} variants have"
    return (
        f"{more} joined since you opened the page. Nothing was said: a verdict never covers values"
        " that nobody saw. Look at what came, then say it again."
    )


def _is_alike(review: Review | None, saying: Saying, now: datetime) -> bool:
    """Say whether what counts of a variant says the same already."""
    if review is None or is_expired(review.given, now):
        return False
    said = (review.verdict, review.reason, review.until, tuple(review.held_out))
    return said == (saying.verdict, saying.reason.strip(), saying.until, saying.held_out)


def _review(
    difference: Difference, saying: Saying, actor: AbstractBaseUser, now: datetime
) -> Review:
    """Return the row of what is said, not written yet."""
    return Review(
        difference=difference,
        verdict=saying.verdict,
        reason=saying.reason.strip(),
        owner=saying.owner,
        until=saying.until,
        held_out=list(saying.held_out),
        by_id=actor.pk,
        at=now,
        needs_second=needs_second(difference, saying.verdict),
        request_key=saying.request_key,
    )


def _record(
    difference: Difference,
    review: Review,
    count: int,
    actor: AbstractBaseUser,
    standing: Standing,
) -> None:
    audit.record(
        "verdict_given",
        subject=subject_of(difference),
        actor=actor,
        at=review.at,
        role=role_text(standing.all_roles),
        reason=review.reason,
        after=told(review, variants=count),
    )


def told(review: Review, *, variants: int) -> dict[str, object]:
    """Return a review as the trail keeps it."""
    said: Sequence[tuple[str, object]] = (
        ("review", review.pk),
        ("verdict", str(review.verdict)),
        ("variants", variants),
        ("until", review.until.isoformat() if review.until else None),
        ("owner", review.owner.get_username() if review.owner else None),
        ("held_out", list(review.held_out) or None),
        ("needs_second", review.needs_second or None),
    )
    return {name: value for name, value in said if value is not None}
