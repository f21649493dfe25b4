from collections import Counter

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count_past_looks(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counters with what the hours remember; until now no hour was ever forgotten."""
    states = apps.get_model("diffs", "SourceState").objects
    hours = apps.get_model("diffs", "HourRollup").objects
    for pk in list(states.values_list("pk", flat=True)):
        counts: Counter[str] = Counter()
        for outcomes in hours.filter(source_id=pk).values_list("outcomes", flat=True).iterator():
            counts.update(outcomes)
        states.filter(pk=pk).update(outcomes=dict(counts))


class Migration(migrations.Migration):

    dependencies = [
        ("diffs", "0008_differences"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcestate",
            name="outcomes",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="DayRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("looks", models.PositiveIntegerField(default=0)),
                ("good", models.PositiveIntegerField(default=0)),
                ("outcomes", models.JSONField(default=dict)),
                ("changes", models.PositiveIntegerField(default=0)),
                ("differences_max", models.PositiveIntegerField(default=0)),
                ("routes", models.PositiveIntegerField(default=0)),
                ("look_seconds_max", models.FloatField(default=0)),
                ("source", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="days", to="diffs.source")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "day"), name="one_rollup_per_day")],
            },
        ),
        migrations.RunPython(count_past_looks, migrations.RunPython.noop),
    ]
