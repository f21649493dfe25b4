"""What is told of a state of a promotion, and whom it concerns."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse

from ledger.models import AuditRecord
from rollouts.machine import Kind, State
from rollouts.models import Promotion
from rollouts.notifiers import Notice
from rollouts.queries.approvers import approvers
from rollouts.queries.commit_links import commit_link
from rollouts.queries.promotion_approvals import signed
from rollouts.queries.promotion_people import may_approve
from rollouts.queries.promotion_words import meaning_of, state_words
from rollouts.queries.target_rows import name_of

TITLES: dict[State, str] = {
    State.PENDING: "{asker} asked for {step}",
    State.APPROVED: "{approvers} approved {step}",
    State.SCHEDULED: "{step} waits for its time",
    State.APPLYING: "{step} is being carried out",
    State.PAUSED: "{step} is paused",
    State.VERIFYING: "{step} is written, reading back",
    State.DONE: "{step} is done",
    State.REJECTED: "{actor} rejected {step}",
    State.WITHDRAWN: "{actor} withdrew {step}",
    State.EXPIRED: "{step} has expired",
    State.OUTDATED: "{step} is outdated",
    State.SUPERSEDED: "{step} gave way to a rollback",
    State.FAILED: "{step} failed",
}
"""One line for each state, in which {step} is "routesrv/playground shadow → exec"."""

ORDERED = "{asker} rolls back {step}"
ENDED_BY_REASON = {State.REJECTED, State.OUTDATED, State.SUPERSEDED, State.FAILED, State.WITHDRAWN}
NAMED = 10


def promotion_notice(promotion: Promotion, state: State, *, subject: str) -> Notice:
    """Return what is told of a promotion that came into a state, which it may have left since.

    Shapes
        subject     as the audit trail calls the promotion
    """
    moved = _record_of(state, promotion, subject)
    is_ordered = promotion.kind == Kind.ROLLBACK and state == State.APPROVED
    opens = is_ordered or state == State.PENDING
    words = {
        "asker": promotion.requested_by.get_username(),
        "approvers": ", ".join(_approvers(promotion)) or "Everybody needed",
        "actor": moved.actor if moved else "Somebody",
        "step": _step(promotion),
    }
    thread = f"promotion {promotion.name} {promotion.idempotency_key}"
    return Notice(
        kind="promotion",
        key=thread if opens else f"{thread} {state}",
        thread=thread,
        title=f"{promotion.name}: {(ORDERED if is_ordered else TITLES[state]).format(**words)}",
        sentence=_sentence(promotion, state),
        facts=_facts(promotion, state, is_first=opens),
        link=settings.BASE_URL + reverse("promotion", args=[promotion.pk]),
        at=moment(moved.at if moved else promotion.state_at),
    )


def people_of(promotion: Promotion) -> list[str]:
    """Return the mail addresses of whom a promotion concerns: who asked, who may approve."""
    asker = promotion.requested_by
    concerned = [*([asker] if asker.is_active else []), *may_approve(promotion.tier)]
    return list(dict.fromkeys(person.email for person in concerned if person.email))


def moment(at: datetime) -> str:
    """Return a time as messages say it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _record_of(state: State, promotion: Promotion, subject: str) -> AuditRecord | None:
    """Return the trail's record of the step into a state."""
    action = f"promotion_{state}"
    if state == State.PENDING:
        action = "promotion_requested"
    elif state == State.APPROVED and promotion.kind == Kind.ROLLBACK:
        action = "rollback_ordered"
    return AuditRecord.objects.filter(subject=subject, action=action).order_by("-seq").first()


def _step(promotion: Promotion) -> str:
    tier = promotion.tier
    return f"{tier.rollout.key}/{tier.name} {promotion.from_mode} → {promotion.to_mode}"


def _approvers(promotion: Promotion) -> list[str]:
    rows = promotion.approvals.select_related("approver")
    return [row.approver.get_username() for row in rows]


def _sentence(promotion: Promotion, state: State) -> str:
    """Return what the state means, and what may be done about it now."""
    meaning = meaning_of(promotion, state)
    if state != State.PENDING:
        return meaning
    if promotion.state == State.PENDING:
        return f"{meaning} Approve or reject it on its page."
    return f"{meaning} By now it is {state_words(promotion)}."


def _facts(promotion: Promotion, state: State, *, is_first: bool) -> tuple[tuple[str, str], ...]:
    """Return what else is worth knowing, the weightiest first; later ones repeat nothing."""
    is_over = state in ENDED_BY_REASON and promotion.state == state
    is_written = state in {State.VERIFYING, State.DONE, State.FAILED}
    told = (
        ("Why", promotion.state_reason if is_over else ""),
        ("Needed", _needed(promotion) if state == State.PENDING else ""),
        ("Asked by", promotion.requested_by.get_username() if is_first else ""),
        ("Reason", promotion.reason if is_first else ""),
        ("Approved by", ", ".join(_approvers(promotion)) if state == State.DONE else ""),
        ("Targets", _targets(promotion) if is_first or state == State.DONE else ""),
        ("Written as", _written(promotion) if is_written else ""),
    )
    return tuple(fact for fact in told if fact[1])


def _written(promotion: Promotion) -> str:
    """Return the commit, with the address at which people read it where the fleet file says."""
    return "\n".join(part for part in (promotion.reference, commit_link(promotion)) if part)


def _needed(promotion: Promotion) -> str:
    """Return how many other people have to agree, and who could while it still waits."""
    if promotion.state == State.PENDING:
        seats = signed(promotion, approvers()).seats
        return "; ".join(f"{seat.words}: {_either(seat.could)}" for seat in seats)
    groups = ", ".join(f"{count} of {name}" for name, count in sorted(promotion.groups.items()))
    people = "1 other person" if promotion.quorum == 1 else f"{promotion.quorum} other people"
    return f"{people} ({groups})" if groups else people


def _either(names: tuple[str, ...]) -> str:
    """Return who could sign: "bob or carol"; nobody is said so."""
    if not names:
        return "nobody is left who could"
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _targets(promotion: Promotion) -> str:
    """Return the targets by name, as many as a line holds."""
    members = promotion.members.select_related("target__cluster").order_by("target__key")
    names = [name_of(member.target) for member in members[:NAMED]]
    more = members.count() - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
