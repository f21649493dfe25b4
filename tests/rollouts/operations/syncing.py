"""What tests of the sync share: the file with a target less, and the whole database to compare."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection

from rollouts.operations.sync_fleet import Change
from tests.rollouts.stage import changed

KUBE_2 = 'targets: ["aws:1:eu:kube-1", "aws:1:eu:kube-2"]'
WITHOUT_KUBE_2 = changed(KUBE_2, 'targets: ["aws:1:eu:kube-1"]')


def everything() -> dict[str, list[tuple[str, ...]]]:
    """Return every row of every table, as the database holds it."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')  # noqa: S608
            rows[table] = [tuple(map(repr, row)) for row in cursor.fetchall()]
    return rows


def lines(changes: Iterable[Change]) -> list[str]:
    """Return what was told, without the columns."""
    return [" ".join(str(change).split()) for change in changes]
