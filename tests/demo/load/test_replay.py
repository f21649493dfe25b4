"""A replayed day takes what workers would have stored, once a cluster."""

from __future__ import annotations

import hashlib

import pytest

from demo.load.replay import SIDES, bodies_a_day
from demo.load.tables import LARGE_ROUTES, make_tables
from diffs.models import Snapshot
from diffs.operations.store_body import store_body
from tests.factories import NOW

CHANGES = 10


@pytest.fixture(scope="module")
def tables():
    return make_tables(smallest=60, largest=60, period_seconds=86_400 / CHANGES)


@pytest.mark.django_db
def test_the_changes_of_a_day_take_what_workers_store_of_them(tables):
    first = set()
    for side in SIDES:
        like = None
        for version in range(CHANGES + 1):
            body = tables.body(0, side, version)
            like = store_body(hashlib.sha256(body).hexdigest(), body, like=like, now=NOW)
            first |= {like.pk} if version == 0 else set()

    changed = Snapshot.objects.exclude(pk__in=first)
    assert changed.count() == len(SIDES) * CHANGES
    assert bodies_a_day(tables, clusters=1) == sum(len(row.data) for row in changed)


def test_a_fleet_takes_what_its_clusters_take(tables):
    assert bodies_a_day(tables, clusters=200) == pytest.approx(
        100 * bodies_a_day(tables, clusters=2)
    )


def test_large_tables_count_for_themselves():
    tables = make_tables(smallest=60, largest=60, period_seconds=43_200, large=1)

    assert tables.routes(0) == LARGE_ROUTES
    assert bodies_a_day(tables, clusters=2) > bodies_a_day(tables, clusters=1) > 0
