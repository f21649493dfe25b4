"""One guard, and the tests that have to fail without it."""

from __future__ import annotations

from dataclasses import dataclass

OPERATIONS = "rollouts/operations"
RACES = "tests/rollouts/operations/test_promotion_races.py"
REFUSALS = (
    "tests/rollouts/operations/test_promotion_refusals.py"
    " tests/rollouts/operations/test_promotion_endings.py"
    " tests/rollouts/operations/test_promotion_again.py"
)
DEAD = "tests/rollouts/operations/test_dead_collector.py"
STORY = "tests/rollouts/operations/test_promotion_story.py"
GUARD = "tests/rollouts/operations/test_guard_write.py"
BAKE = "tests/rollouts/operations/test_bake_after_seen.py"
AGAIN = "tests/rollouts/operations/test_promotion_again.py"
EVIDENCE = "tests/rollouts/evidence/test_worse.py"
LEASES = "tests/ledger/test_lease.py"
WRITTEN = "tests/rollouts/operations/test_record_written.py"
CRASHES = "tests/rollouts/operations/test_carry_out_crashes.py"
ROWS = "tests/rollouts/models/test_promotion.py"
INTENTS = "tests/rollouts/models/test_intent.py"
CONSTRAINTS = "tests/rollouts/models/test_constraints.py"
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


def constraint(what: str, model: str, name: str, tests: str = ROWS) -> Guard:
    """Return a guard of the database, taken away by one more migration."""
    path = "rollouts/migrations/9999_without_a_guard.py"
    without = WITHOUT_CONSTRAINT.format(latest="{latest}", model=model, name=name)
    return Guard(what, path, "", without, tests)
