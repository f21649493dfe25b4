"""A tier keeps its generation itself: it stays when the targets that reached it leave."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Max


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Begin with the newest generation of any target or promotion of each tier."""
    for tier in apps.get_model("rollouts", "Tier").objects.all():
        newest = (
            tier.targets.aggregate(newest=Max("generation"))["newest"] or 0,
            tier.promotions.aggregate(newest=Max("generation"))["newest"] or 0,
        )
        tier.generation = max(newest)
        tier.save(update_fields=["generation"])


class Migration(migrations.Migration):
    dependencies = [("rollouts", "0006_a_way_back_stays")]

    operations = [
        migrations.AddField(
            model_name="tier",
            name="generation",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
