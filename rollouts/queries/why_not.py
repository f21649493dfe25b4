"""Why a person may not do something now: one sentence each, for page, button and click.

Pages offer what is "" here, and operations take it: so no button is offered that is refused for a
reason that was known, and what is refused is refused in the words of the page.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from rollouts.gates import NOBODY_LOOKS, Judgement, Verdict, alone
from rollouts.gates.naming import counted, listed
from rollouts.models import Promotion, Tier
from rollouts.permissions.roles import Role
from rollouts.permissions.table import ASKING, REQUESTING
from rollouts.queries.step_evidence import UNTOLD, StepEvidence

ASKED_FOR, APPROVED = "asked for", "approved"
GOES_ON = "It goes on once looks are."


def why_not_request(tier: Tier, roles: Set[Role]) -> str:
    """Return why a person with these roles may not ask for a tier's next step; "" if they may."""
    if roles & REQUESTING:
        return ""
    return f"Requesters and approvers of {tier.name} may ask for it. An operator gives the role."


def why_not_approve(promotion: Promotion, person_id: int, roles: Set[Role]) -> str:
    """Return why a person may not approve a promotion, whatever the evidence; "" if they may."""
    if promotion.requested_by_id == person_id:
        return "You asked for this promotion; somebody else has to approve it."
    if Role.APPROVER not in roles:
        name = promotion.tier.name
        return f"Approvers of {name} may approve it. An operator gives the role."
    return ""


def why_not_reject(tier: Tier, roles: Set[Role]) -> str:
    """Return why a person with these roles may not reject what is open; "" if they may."""
    return "" if Role.APPROVER in roles else f"Approvers of {tier.name} may reject it."


def why_not_withdraw(promotion: Promotion, person_id: int, roles: Set[Role]) -> str:
    """Return why a person may not take a request back; "" if they may."""
    if promotion.requested_by_id == person_id or Role.OPERATOR in roles:
        return ""
    return f"{promotion.requested_by.get_username()}, who asked, and operators may withdraw it."


def why_not_roll_back(tier: Tier, roles: Set[Role]) -> str:
    """Return why a person with these roles may not roll a tier back; "" if they may."""
    if roles & ASKING:
        return ""
    return f"Requesters, approvers and operators of {tier.name} may roll it back at once."


def why_not_expired(promotion: Promotion, now: datetime) -> str:
    """Return what is said of a promotion whose time to be approved is over; "" while it is not."""
    return "This promotion has expired. Ask for a new one." if promotion.expires_at <= now else ""


def why_not_judged(step: StepEvidence, deed: str) -> str:
    """Return why the gates keep a step shut, in one sentence; "" where they let through.

    Shapes
        deed    what is to be done with it: "asked for", "approved"
    """
    if not step.members:
        return _nobody_moves(step)
    if not step.facts.is_watched:
        return f"{NOBODY_LOOKS} It can be {deed} once looks are."
    if another := _another(step.closed):
        return f"{another.sentence} One at a time."
    if step.closed:
        return f"{closed_words(step.closed)} It can be {deed} once all are open."
    return ""


def why_closed(step: StepEvidence, deed: str) -> str:
    """Return the same with the words of every closed gate, for who does not see them beside it."""
    said = why_not_judged(step, deed)
    if not said or not step.members or not step.facts.is_watched:
        return said
    return f"{said} {gate_sentences(step.closed)}"


def why_it_waits(step: StepEvidence) -> str:
    """Return why a step that was agreed to is not begun yet; "" where the gates let through."""
    if not step.closed:
        return ""
    if not step.facts.is_watched:
        return f"It waits. {NOBODY_LOOKS} {GOES_ON}"
    return f"It waits. {gate_sentences(step.closed)}"


def gate_sentences(closed: Sequence[Judgement]) -> str:
    """Return which gates are closed and why, as one text."""
    return " ".join(f"{one.gate} is {one.verdict}: {one.sentence}" for one in closed)


def closed_words(closed: Sequence[Judgement]) -> str:
    """Return which gates are closed, as a sentence: "2 gates are closed: clean and order."."""
    are = "is" if len(closed) == 1 else "are"
    return f"{counted(len(closed), 'gate')} {are} closed: {listed([one.gate for one in closed])}."


def _nobody_moves(step: StepEvidence) -> str:
    untold = [row.name for row, why in step.left_out if why == UNTOLD]
    said = f"No target of {step.document['tier']} can move from {step.from_mode}."
    if not untold:
        return said
    return (
        f"{said} Nothing tells the mode of {listed(untold)}, so it could never be confirmed: give"
        f" the applier of {step.document['rollout']} a read_back in the fleet file, an address"
        " that answers with the mode."
    )


def _another(closed: Sequence[Judgement]) -> Judgement | None:
    """Return the word of the gate that another promotion keeps closed."""
    shut = (one for one in closed if one.gate == alone.NAME and one.verdict == Verdict.FAIL)
    return next(shut, None)
