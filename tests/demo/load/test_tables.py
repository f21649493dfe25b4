"""The tables of a load fleet: equal on both sides, different from cluster to cluster."""

from __future__ import annotations

import pytest

from demo.load.tables import MOST_ROUTES, SHADOW_LATE_SECONDS, make_tables
from diffs.compare import compare
from diffs.formats import FORMATS

READ = FORMATS["eskip"].read


@pytest.fixture(scope="module")
def tables():
    return make_tables(smallest=100, largest=200, period_seconds=60.0)


def test_both_sides_say_the_same_in_other_words(tables):
    legacy, shadow = (tables.body(3, side, 7) for side in ("legacy", "shadow"))

    assert legacy != shadow
    assert READ(legacy).digest == READ(shadow).digest
    assert READ(legacy).routes == tables.routes(3)


def test_no_cluster_has_the_table_of_another(tables):
    assert READ(tables.body(1, "legacy", 0)).digest != READ(tables.body(9, "legacy", 0)).digest


def test_a_version_changes_few_routes(tables):
    before, after = READ(tables.body(1, "legacy", 5)), READ(tables.body(1, "legacy", 6))

    assert 0 < len(compare(before, after).findings) <= MOST_ROUTES


def test_what_changed_stays_changed_so_that_a_table_drifts_away(tables):
    first, tenth, last = (READ(tables.body(1, "legacy", version)) for version in (0, 10, 20))

    drift = [len(compare(first, later).findings) for later in (tenth, last)]
    assert 10 <= drift[0] < drift[1]


def test_versions_are_counted_from_the_start_of_the_fleet():
    tables = make_tables(smallest=9, largest=9, period_seconds=60.0, began=1_000_000.0)

    assert [tables.version(0, "legacy", 1_000_000.0 + at) for at in (0, 59, 61)] == [0, 0, 1]
    assert tables.version(0, "shadow", 1_000_000.0) == 0


def test_the_shadow_follows_a_moment_later(tables):
    change = 60.0 * 1000 - 3 * 37.0

    assert tables.version(3, "legacy", change) == tables.version(3, "shadow", change) + 1
    assert tables.version(3, "shadow", change + SHADOW_LATE_SECONDS) == tables.version(
        3, "legacy", change
    )
