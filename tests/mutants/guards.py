"""The guards of promotion, and what stands in their place when they are gone."""

from __future__ import annotations

from dataclasses import dataclass

OPERATIONS = "rollouts/operations"
RACES = "tests/rollouts/operations/test_promotion_races.py"
REFUSALS = (
    "tests/rollouts/operations/test_promotion_refusals.py"
    " tests/rollouts/operations/test_promotion_endings.py"
)
DEAD = "tests/rollouts/operations/test_dead_collector.py"
STORY = "tests/rollouts/operations/test_promotion_story.py"
GUARD = "tests/rollouts/operations/test_guard_write.py"
WRITTEN = "tests/rollouts/operations/test_record_written.py"
CRASHES = "tests/rollouts/operations/test_carry_out_crashes.py"
ROWS = "tests/rollouts/models/test_promotion.py"
TRIGGERS = "tests/ledger/test_triggers.py"

WITHOUT_CONSTRAINT = """\
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rollouts", "{latest}")]
    operations = [migrations.RemoveConstraint(model_name="{model}", name="{name}")]
"""


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard.

    Shapes
        what        the guard in words
        path, text  where it stands, once; a text of "" is a new file
        without     what stands there when the guard is gone
        tests       what has to fail then
    """

    what: str
    path: str
    text: str
    without: str
    tests: str


def constraint(what: str, model: str, name: str) -> Guard:
    """Return a guard of the database, taken away by one more migration."""
    path = "rollouts/migrations/9999_without_a_guard.py"
    without = WITHOUT_CONSTRAINT.format(latest="{latest}", model=model, name=name)
    return Guard(what, path, "", without, ROWS)


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
    constraint("CHECK: nobody approves their own", "approval", "nobody_approves_their_own"),
    constraint("foreign key: whose request it is", "approval", "approval_of_that_request"),
    constraint("unique index: one approval a person", "approval", "one_approval_each"),
    constraint("unique index: one step a generation", "applystep", "one_step_a_generation"),
    Guard(
        "trigger: an approval stays as it was written",
        "rollouts/apps.py",
        'triggers.append_only("rollouts_approval")',
        "pass",
        ROWS,
    ),
    Guard(
        "trigger: the intent of a promotion stays",
        "rollouts/apps.py",
        'triggers.immutable("rollouts_promotion", INTENT)',
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
        "changes = worse(promotion.evidence, step.document)",
        "changes = ()",
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
    Guard(
        "lease: who lost it writes nothing down",
        f"{OPERATIONS}/record_written.py",
        "if not lease.holds(held):",
        "if False:",
        WRITTEN,
    ),
    Guard(
        "generation: a newer one overtakes",
        f"{OPERATIONS}/record_written.py",
        "if tier_generation(promotion.tier) != promotion.generation:",
        "if False:",
        WRITTEN,
    ),
    Guard(
        "state: what was ended is not carried out",
        f"{OPERATIONS}/record_written.py",
        "if promotion.state != State.APPLYING:\n        raise Overtaken",
        "if False:\n        raise Overtaken",
        WRITTEN,
    ),
    Guard(
        "compare and swap at the push",
        "rollouts/appliers/git/pushes.py",
        'argv = ["push", "--porcelain",',
        'argv = ["push", "--force", "--porcelain",',
        CRASHES,
    ),
    Guard(
        "a way back always moves the head",
        "rollouts/queries/order.py",
        '"needs_commit": True,',
        '"needs_commit": False,',
        CRASHES,
    ),
    Guard(
        "an order is looked for before it is written",
        "rollouts/appliers/git/applier.py",
        "if commit := find_order(mirror, head, order):",
        "if commit := None:",
        CRASHES,
    ),
    Guard(
        "three equal readings, not one",
        f"{OPERATIONS}/record_readings.py",
        "EQUAL_READINGS = 3",
        "EQUAL_READINGS = 1",
        STORY,
    ),
    Guard(
        "one form is one request",
        f"{OPERATIONS}/request_promotion.py",
        "if again is not None:",
        "if False:",
        RACES,
    ),
)
