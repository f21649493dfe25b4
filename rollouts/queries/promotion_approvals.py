"""Who has signed a promotion and who could: as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rollouts.models import Promotion
from rollouts.queries.approvers import Approvers, Person
from rollouts.queries.open_promotions import who_could
from rollouts.quorum import ANYBODY, count_quorum


@dataclass(frozen=True, slots=True)
class Signature:
    """One approval that was given; one whose giver lost the role counts no more."""

    name: str
    groups: str
    at: datetime
    digest: str
    is_counting: bool


@dataclass(frozen=True, slots=True)
class EmptySeat:
    """Approvals that are still missing.

    Shapes
        words       "1 of sre", "2 approvers"
        could       names of those who could give them
    """

    words: str
    could: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """The approvals of a promotion.

    Shapes
        ids         of the people who gave one, whether or not it still counts
    """

    given: int
    needed: int
    signatures: tuple[Signature, ...]
    seats: tuple[EmptySeat, ...]
    ids: frozenset[int]


def signed(promotion: Promotion, people: Approvers) -> Signed:
    """Return how far the approvals reach, and who could give what is missing."""
    listed = people.of(promotion.tier)
    by_id = {one.id: one for one in listed}
    rows = list(promotion.approvals.select_related("approver").defer("evidence"))
    counting = [by_id[row.approver_id] for row in rows if row.approver_id in by_id]
    groups: Mapping[str, int] = promotion.groups
    count = count_quorum(promotion.quorum, groups, [one.groups for one in counting])
    ids = frozenset(row.approver_id for row in rows)
    return Signed(
        given=count.given,
        needed=count.needed,
        signatures=tuple(
            Signature(
                name=row.approver.username,
                groups=_groups(by_id.get(row.approver_id), groups),
                at=row.approved_at,
                digest=row.evidence_digest,
                is_counting=row.approver_id in by_id,
            )
            for row in rows
        ),
        seats=tuple(
            EmptySeat(
                f"{more} of {group}" if group != ANYBODY else _anybody(more),
                tuple(
                    one.name
                    for one in who_could(listed, {group: more}, promotion.requested_by_id, ids)
                ),
            )
            for group, more in sorted(count.missing.items())
        ),
        ids=ids,
    )


def _groups(person: Person | None, asked: Mapping[str, int]) -> str:
    """Return the groups of a person of which the quorum wants somebody."""
    return ", ".join(sorted(person.groups & asked.keys())) if person else ""


def _anybody(count: int) -> str:
    return "1 approver" if count == 1 else f"{count:,} approvers"
