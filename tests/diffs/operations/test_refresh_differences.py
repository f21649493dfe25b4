"""Where each difference is: counted over the fleet, with what is news of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.difference_state import GONE, SETTLED
from diffs.models import Difference, Finding, Occurrence, Source, Variant
from diffs.models.source import Reads
from diffs.operations.refresh_differences import refresh_differences
from tests.factories import NOW, SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

LATER = NOW + SETTLED + timedelta(minutes=1)


@pytest.fixture
def difference():
    return Difference.objects.create(
        rollout="r", shape="v1:s", format="eskip", kind="filter", label="behavioural", sentence="x"
    )


@pytest.fixture
def variant(difference):
    return Variant.objects.create(difference=difference, exact="v1:e", key="k", sentence="x")


def shown(variant, source, *, at=NOW, key="k", **columns):
    """Let a source show a variant at one route."""
    finding, _ = Finding.objects.get_or_create(
        digest=f"{key:0>32}", defaults={"key": key, "kind": "filter", "last_seen_at": at}
    )
    return Occurrence.objects.create(
        source=source,
        finding=finding,
        variant=variant,
        key=key,
        first_look=1,
        **{"first_seen_at": at, "last_seen_at": at, "confirmed_at": at, **columns},
    )


def source(rank=1):
    return SourceFactory.create(labels={"rollout": "r", "rank": rank})


def refreshed(difference, now=NOW):
    refresh_differences(now=now)
    difference.refresh_from_db()
    return difference


def test_counts_targets_and_routes_where_it_is_believed(difference, variant):
    one, other = source(), source(rank=3)
    shown(variant, one, key="a")
    shown(variant, one, key="b")
    shown(variant, other, key="a", at=NOW - timedelta(hours=1))
    shown(variant, other, key="c", confirmed_at=None)
    shown(variant, other, key="d", resolved_at=NOW)

    row = refreshed(difference)

    assert (row.targets, row.routes, row.rank, row.widest) == (2, 3, 3, 2)
    assert (row.first_seen_at, row.last_seen_at) == (NOW - timedelta(hours=1), NOW)
    assert row.spread_at is None


def test_what_nobody_believed_yet_is_not_there(difference, variant):
    shown(variant, source(), confirmed_at=None)

    assert refreshed(difference).first_seen_at is None


def test_what_a_source_showed_before_it_was_switched_off_does_not_count(difference, variant):
    one = source()
    shown(variant, one)
    refreshed(difference)
    Source.objects.filter(pk=one.pk).update(reads=Reads.LEGACY)

    assert refreshed(difference, LATER).gone_at == LATER


@pytest.mark.parametrize("rank", [1, 2], ids=["another target", "a later tier"])
def test_who_shows_it_long_after_the_first_is_news(difference, variant, rank):
    shown(variant, source())
    refreshed(difference)

    shown(variant, source(rank=rank), at=LATER)

    assert refreshed(difference, LATER).spread_at == LATER


def test_who_shows_it_soon_after_the_first_was_only_seen_later(difference, variant):
    shown(variant, source())
    refreshed(difference)
    soon = NOW + SETTLED

    shown(variant, source(), at=soon)

    assert refreshed(difference, soon).spread_at is None
    assert difference.widest == 2


def test_what_left_a_target_and_came_to_another_has_not_spread(difference, variant):
    gone = shown(variant, source())
    refreshed(difference)
    Occurrence.objects.filter(pk=gone.pk).update(resolved_at=LATER)

    shown(variant, source(), at=LATER)

    assert refreshed(difference, LATER).spread_at is None


def test_it_is_back_where_it_was_gone_for_good(difference, variant):
    one = shown(variant, source())
    refreshed(difference)
    Occurrence.objects.update(resolved_at=NOW)
    assert refreshed(difference).gone_at == NOW
    Occurrence.objects.filter(pk=one.pk).update(resolved_at=None)

    row = refreshed(difference, NOW + GONE)

    assert (row.gone_at, row.returned_at) == (None, NOW + GONE)


def test_it_was_never_away_where_it_is_back_at_once(difference, variant):
    shown(variant, source())
    refreshed(difference)
    Occurrence.objects.update(resolved_at=NOW)
    refreshed(difference)
    Occurrence.objects.update(resolved_at=None)

    row = refreshed(difference, NOW + GONE - timedelta(seconds=1))

    assert (row.gone_at, row.returned_at) == (None, None)


def test_nothing_is_written_where_nothing_changed(difference, variant):
    shown(variant, source())
    refreshed(difference)

    assert refresh_differences(now=NOW) == 0


def test_counts_in_as_many_queries_for_many_differences(
    difference, variant, django_assert_max_num_queries
):
    one = source()
    for n in range(30):
        row = Difference.objects.create(rollout="r", shape=f"v1:{n}", sentence="x")
        shown(
            Variant.objects.create(difference=row, exact=f"v1:{n}", key="k", sentence="x"),
            one,
            key=f"k{n}",
        )

    with django_assert_max_num_queries(8):
        refresh_differences(now=NOW)

    assert Difference.objects.filter(targets=1).count() == 30
