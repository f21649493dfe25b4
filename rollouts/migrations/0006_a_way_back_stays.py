"""A rollback ends done, failed or superseded. One that was taken away before did not come about."""

from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STAYS = ["approved", "applying", "paused", "verifying", "done", "superseded", "failed"]


def fail_what_was_taken_away(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let rollbacks that were rejected, withdrawn or the like have failed; their reasons stay."""
    rollbacks = apps.get_model("rollouts", "Promotion").objects.filter(kind="rollback")
    rollbacks.exclude(state__in=STAYS).update(state="failed", next_attempt_at=None)


class Migration(migrations.Migration):
    dependencies = [("rollouts", "0005_cluster_removed")]

    operations = [
        migrations.RunPython(fail_what_was_taken_away, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "promotion"), ("state__in", STAYS), _connector="OR"
                ),
                name="a_way_back_stays",
            ),
        ),
    ]
