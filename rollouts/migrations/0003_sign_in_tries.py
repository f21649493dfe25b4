from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rollouts', '0002_promotions'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInTries',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('by', models.CharField(choices=[('address', 'address'), ('name', 'name'), ('pair', 'pair')], max_length=7)),
                ('count', models.PositiveIntegerField(default=0)),
                ('began_at', models.DateTimeField()),
                ('last_at', models.DateTimeField(db_index=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('proven_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('by__in', ['address', 'name', 'pair'])), name='tries_are_by_what')],
            },
        ),
    ]
