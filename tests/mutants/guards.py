"""The guards of promotion, and what stands in their place when they are gone."""

from __future__ import annotations

from tests.mutants.guard import (
    CONSTRAINTS,
    DEAD,
    GUARD,
    INTENTS,
    OPERATIONS,
    RACES,
    REFUSALS,
    ROWS,
    TRIGGERS,
    Guard,
    constraint,
)
from tests.mutants.guards_of_writing import OF_WRITING

__all__ = ["GUARDS", "Guard"]

GUARDS = (
    Guard(
        "row lock: decisions on a tier wait for each other",
        f"{OPERATIONS}/decide.py",
        'Tier.objects.select_for_update(of=("self",)).select_related("rollout")',
        'Tier.objects.select_related("rollout")',
        RACES,
    ),
    constraint(
        "unique index: one open promotion of a tier", "promotion", "one_open_promotion_per_tier"
    ),
    constraint("CHECK: only steps of the table", "promotion", "a_legal_step"),
    constraint("CHECK: no quorum below the least", "promotion", "enough_people"),
    constraint("CHECK: only states of the table", "promotion", "a_known_state"),
    constraint("CHECK: a way back is never taken away", "promotion", "a_way_back_stays"),
    constraint("CHECK: a digest of the evidence", "promotion", "a_digest_of_evidence"),
    constraint("CHECK: a digest of what was seen", "approval", "a_digest_of_what_was_seen"),
    constraint("CHECK: nobody approves their own", "approval", "nobody_approves_their_own"),
    constraint(
        "foreign key: whose request it is", "approval", "approval_of_that_request", CONSTRAINTS
    ),
    constraint("unique index: one approval a person", "approval", "one_approval_each"),
    constraint("unique index: one step a generation", "applystep", "one_step_a_generation"),
    Guard(
        "trigger: an approval stays as it was written",
        "rollouts/apps.py",
        'triggers.append_only("rollouts_approval")',
        "pass",
        INTENTS,
    ),
    Guard(
        "trigger: the intent of a promotion stays",
        "rollouts/apps.py",
        'triggers.immutable("rollouts_promotion", INTENT)',
        "pass",
        INTENTS,
    ),
    Guard(
        "trigger: what has ended stays ended",
        "rollouts/apps.py",
        'triggers.final("rollouts_promotion", "state", TERMINAL)',
        "pass",
        ROWS,
    ),
    Guard(
        "trigger: the audit trail is only added to",
        "ledger/apps.py",
        'triggers.append_only("ledger_auditrecord")',
        "pass",
        TRIGGERS,
    ),
    Guard(
        "the person who asked does not approve",
        "rollouts/queries/why_not.py",
        "if promotion.requested_by_id == person_id:",
        "if False:",
        REFUSALS,
    ),
    Guard(
        "authority is asked for again at the start and at the write",
        "rollouts/queries/agreement.py",
        "return lost_authority(promotion) or ",
        "return ",
        f"{REFUSALS} {GUARD}",
    ),
    Guard(
        "what got worse after the start is not written",
        f"{OPERATIONS}/guard_write.py",
        "if reason := why_outdated(promotion, step):",
        'if reason := "":',
        GUARD,
    ),
    Guard(
        "past its deadline a promotion is not written",
        f"{OPERATIONS}/guard_write.py",
        "if promotion.deadline_at is not None and promotion.deadline_at <= now:",
        "if False:",
        GUARD,
    ),
    Guard(
        "digest comparison: evidence worse than asked for ends the promotion",
        f"{OPERATIONS}/approve_promotion.py",
        "if changes := worse(promotion.evidence, step.document):",
        "if changes := ():",
        REFUSALS,
    ),
    Guard(
        "digest comparison: evidence worse than the page showed refuses the request",
        f"{OPERATIONS}/request_promotion.py",
        "if changes := worse(request.shown, step.document):",
        "if changes := ():",
        REFUSALS,
    ),
    Guard(
        "digest comparison: evidence worse at the start ends the promotion",
        "rollouts/queries/agreement.py",
        ' or " ".join(one.sentence for one in changes)',
        "",
        REFUSALS,
    ),
    Guard(
        "gates: a closed one refuses the request",
        f"{OPERATIONS}/request_promotion.py",
        "return Refusal(why_closed(step, ASKED_FOR)) if step.closed else None",
        "return None",
        REFUSALS,
    ),
    Guard(
        "gates: nothing that was seen counts while nobody looks",
        "rollouts/gates/__init__.py",
        "return said if facts.is_watched else",
        "return said if said else",
        DEAD,
    ),
    Guard(
        "audit in the transaction: no decision without its record",
        "ledger/audit.py",
        "    entry.save(force_insert=True)\n",
        "    try:\n        entry.save(force_insert=True)\n"
        "    except Exception:\n        return entry\n",
        REFUSALS,
    ),
    Guard(
        "a refusal is committed to the trail before it is raised",
        f"{OPERATIONS}/decide.py",
        "        return answer\n\n    answer = patiently(once)",
        "            if isinstance(answer, Refusal):\n"
        "                raise PromotionRefused(answer.sentence, answer.changes)\n"
        "        return answer\n\n    answer = patiently(once)",
        REFUSALS,
    ),
    *OF_WRITING,
)
