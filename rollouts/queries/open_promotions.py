"""The promotions that are under way, and whom each waits for: for lists, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from rollouts.gates.naming import counted
from rollouts.machine import OPEN, Kind, State
from rollouts.models import ApplyStep, Approval, Promotion, PromotionMember, StepState, Tier
from rollouts.queries.approvers import Approvers, Person, approvers
from rollouts.queries.promotion_words import shown_state
from rollouts.quorum import ANYBODY, count_quorum

MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open promotion, and what it waits for.

    Shapes
        signed      the ids of those who approved it
        awaits      the ids of those who may approve it and have neither asked nor approved
        could       who else may approve it and would bring it on, by name
        for_whom    what it waits for: "waits for bob or carol", "2 of 6 targets seen"
    """

    id: int
    name: str
    url: str
    tier_id: int
    tier_name: str
    rollout_key: str
    kind: str
    from_mode: str
    to_mode: str
    state: str
    shown_state: str
    state_at: datetime
    requested_by_id: int
    requested_by: str
    requested_at: datetime
    reason: str
    targets: int
    given: int
    needed: int
    signed: frozenset[int]
    awaits: frozenset[int]
    could: tuple[Person, ...]
    problem: str
    for_whom: str


def open_promotions() -> tuple[Waiting, ...]:
    """Return all open promotions, oldest first, in two queries at most."""
    rows = described(Promotion.objects.filter(state__in=OPEN).order_by("pk"))
    signed: dict[int, frozenset[int]] = defaultdict(frozenset)
    listed = {}
    for row in rows.annotate(signer=F("approvals__approver")):  # a row for each approval
        listed[row.pk] = row
        signed[row.pk] |= {row.signer} - {None}
    return _all_waiting(list(listed.values()), signed)


def described(rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
    """Return rows of promotions with what a list prints of them, without their documents."""
    return (
        rows.select_related("tier__rollout", "requested_by")
        .defer("evidence", "forecast")
        .annotate(
            member_count=_count_of(PromotionMember),
            seen_count=_count_of(ApplyStep, state=StepState.OBSERVED),
        )
    )


def _count_of(model: type[Model], **only: object) -> Coalesce:
    """Return how many rows of a model each promotion has."""
    rows = model._default_manager.filter(promotion=OuterRef("pk"), **only).order_by()
    counts = rows.values("promotion").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def waiting(rows: Sequence[Promotion], people: Approvers | None = None) -> tuple[Waiting, ...]:
    """Return what each of these promotions, which came from `described`, waits for.

    Shapes
        people      all approvers, where a page has them already
    """
    return _all_waiting(rows, _signed(rows), people) if rows else ()


def _all_waiting(
    rows: Sequence[Promotion],
    signed: Mapping[int, frozenset[int]],
    people: Approvers | None = None,
) -> tuple[Waiting, ...]:
    if people is None:
        is_asked = any(row.state == State.PENDING for row in rows)
        people = approvers() if is_asked else Approvers()
    return tuple(_waiting(row, signed[row.pk], people) for row in rows)


def _signed(rows: Iterable[Promotion]) -> Mapping[int, frozenset[int]]:
    """Return who approved each promotion."""
    ids = [row.pk for row in rows]
    given = Approval.objects.filter(promotion__in=ids).values_list("promotion_id", "approver_id")
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for promotion_id, approver_id in given.order_by():
        found[promotion_id] |= {approver_id}
    return found


def _waiting(row: Promotion, signed: frozenset[int], people: Approvers) -> Waiting:
    listed = people.of(row.tier)
    counting = [one for one in listed if one.id in signed]
    count = count_quorum(row.quorum, row.groups, [one.groups for one in counting])
    could = who_could(listed, count.missing, row.requested_by_id, signed)
    return Waiting(
        id=row.pk,
        name=row.name,
        url=reverse("promotion", args=[row.pk]),
        tier_id=row.tier_id,
        tier_name=row.tier.name,
        rollout_key=row.tier.rollout.key,
        kind=row.kind,
        from_mode=row.from_mode,
        to_mode=row.to_mode,
        state=row.state,
        shown_state=shown_state(row),
        state_at=row.state_at,
        requested_by_id=row.requested_by_id,
        requested_by=row.requested_by.username,
        requested_at=row.requested_at,
        reason=row.reason,
        targets=_number(row, "member_count"),
        given=count.given,
        needed=count.needed,
        signed=signed,
        awaits=_awaits(row, listed, signed),
        could=could,
        problem=row.problem,
        for_whom=_for_whom(row, could, count.missing, row.tier),
    )


def _awaits(row: Promotion, listed: Iterable[Person], signed: frozenset[int]) -> frozenset[int]:
    if row.state != State.PENDING:
        return frozenset()
    return frozenset(one.id for one in listed) - signed - {row.requested_by_id}


def who_could(
    listed: Iterable[Person], missing: Mapping[str, int], asker_id: int, signed: frozenset[int]
) -> tuple[Person, ...]:
    """Return the approvers who may still sign and would fill a seat that is empty.

    Shapes
        missing     {group: how many more}; "" is anybody
    """
    return tuple(
        one
        for one in listed
        if one.id != asker_id
        and one.id not in signed
        and (ANYBODY in missing or one.groups & missing.keys())
    )


def _for_whom(
    row: Promotion, could: Sequence[Person], missing: Mapping[str, int], tier: Tier
) -> str:
    if row.state == State.PENDING:
        return f"waits for {either(could, missing, tier)}"
    size, seen = _number(row, "member_count"), _number(row, "seen_count")
    verb = "rolls back" if row.kind == Kind.ROLLBACK else "is carried out"
    words = {
        State.APPROVED: row.problem or "waits for a worker",
        State.SCHEDULED: "waits for its time",
        State.APPLYING: row.problem or f"{verb}: {counted(size, 'target')} to write",
        State.PAUSED: "is paused",
        State.VERIFYING: f"{verb}: {seen:,} of {counted(size, 'target')} seen",
    }
    return words.get(State(row.state), row.state)


def _number(row: Promotion, name: str) -> int:
    """Return a count that `described` put beside a row."""
    return int(getattr(row, name))


def either(could: Sequence[Person], missing: Mapping[str, int], tier: Tier) -> str:
    """Return who is waited for: "bob or carol", "2 of bob, carol and 3 more"."""
    more = sum(missing.values())
    if not could:
        return f"somebody who may approve in {tier.name}: nobody is left who could"
    names = [one.name for one in could[:MOST_NAMES]]
    left = len(could) - len(names)
    if left:
        names.append(f"{left:,} more")
    if more > len(could):
        return f"{counted(more, 'approver')}, of whom only {_joined(names, 'and')} could"
    if more == len(could):
        return _joined(names, "and")
    return _joined(names, "or") if more == 1 else f"{more:,} of {_joined(names, 'and')}"


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
