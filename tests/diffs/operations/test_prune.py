"""What is forgotten, when, and what never is."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from diffs.models import Comparison, DailyBody, Finding, Occurrence, Snapshot
from diffs.operations import prune as forgetting
from diffs.operations.prune import prune
from diffs.operations.store_body import store_body
from diffs.outcomes import Side
from diffs.queries.memory import stored_body
from tests.factories import NOW, SourceFactory
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]
DAY = 86_400


def after(days):
    return NOW + timedelta(days=days)


def version(number):
    """Sixty routes that repeat little, so that patches are worth it; one has a version."""
    hosts = {f"r{n}": f'"http://{sha256(b"%d" % n).hexdigest()}"' for n in range(60)}
    return hosts | {"r0": f'"http://v{number}"'}


def look_at(watched, *numbers, after=60):
    """Look at versions in turn; return the outcomes."""
    outcomes = []
    for number in numbers:
        watched.pair.say(version(number))
        outcomes.append(watched.look(after=after))
    return outcomes


def test_bodies_nobody_needs_go_and_what_a_side_shows_stays_whole(watched):
    look_at(watched, 0, 1, 2, 3)
    DailyBody.objects.all().delete()

    assert prune(now=watched.now + timedelta(hours=7))["bodies"] == 2

    shown = watched.side(Side.LEGACY).snapshot
    assert shown.base is not None
    assert set(Snapshot.objects.values_list("pk", flat=True)) == {shown.pk, shown.base_id}
    assert stored_body(shown.pk) == table_of(version(3))
    assert look_at(watched, 4) == ["equal"]


def test_a_base_that_a_kept_patch_stands_on_is_kept_with_it(watched):
    look_at(watched, 0, 1)
    shown = watched.side(Side.LEGACY).snapshot

    for days in (1, 30, 400):
        prune(now=after(days))

    assert stored_body(shown.pk) == table_of(version(1))


def test_fresh_bodies_stay(watched):
    look_at(watched, 0, 1, 2)

    assert prune(now=watched.now + timedelta(hours=5))["bodies"] == 0


def test_bodies_of_looks_that_were_not_equal_stay_for_fourteen_days(watched):
    watched.pair.say(version(0))
    watched.look()
    watched.pair.legacy.say(version(1))
    watched.look()
    kept = [watched.side(side).snapshot_id for side in Side]
    look_at(watched, 2)
    DailyBody.objects.all().delete()

    prune(now=after(13))
    assert set(kept) <= set(Snapshot.objects.values_list("pk", flat=True))
    prune(now=after(15))
    prune(now=after(15))

    assert not Comparison.objects.exists()
    assert kept[0] not in set(Snapshot.objects.values_list("pk", flat=True))


def test_fourteen_days_count_from_the_last_look_that_was_not_equal(watched):
    watched.pair.legacy.say(version(1))
    for _ in range(10):
        watched.look(after=2 * DAY)
    kept = [watched.side(side).snapshot_id for side in Side]
    look_at(watched, 2)
    DailyBody.objects.all().delete()

    prune(now=watched.now + timedelta(days=10))

    assert set(kept) <= set(Snapshot.objects.values_list("pk", flat=True))


def test_the_first_body_of_each_day_stays_for_ninety_days(watched):
    look_at(watched, 0, 1)
    look_at(watched, 2, after=DAY)
    look_at(watched, 3)
    first, second = (
        row.snapshot_id for row in DailyBody.objects.filter(side="legacy").order_by("day")
    )

    prune(now=after(89))
    kept = set(Snapshot.objects.values_list("pk", flat=True))

    assert {stored_body(first), stored_body(second)} == {
        table_of(version(0)),
        table_of(version(2)),
    }
    assert {first, second} <= kept
    assert len(kept) == 3
    prune(now=after(92))
    assert not DailyBody.objects.exists()


def test_findings_stay_while_an_occurrence_holds_them_and_ninety_days_after(watched):
    watched.pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched.look()
    watched.look(after=60)
    look_at(watched, 2)
    assert Occurrence.objects.filter(confirmed_at__isnull=False).count() == 1

    prune(now=watched.now + timedelta(days=89))
    assert Occurrence.objects.count() == Finding.objects.count() == 1
    prune(now=watched.now + timedelta(days=91))

    assert (Occurrence.objects.count(), Finding.objects.count()) == (0, 0)


def test_present_differences_are_never_forgotten(watched):
    watched.pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched.look()

    prune(now=after(400))

    assert Finding.objects.count() == Occurrence.objects.count() == 1


def test_occurrences_that_never_were_confirmed_go_after_two_days_and_their_findings_stay(watched):
    watched.pair.legacy.say(some_routes(10, r0='"http://l"'))
    watched.pair.shadow.say(some_routes(10, r0='"http://r"'))
    watched.look()
    look_at(watched, 2)

    prune(now=watched.now + timedelta(hours=47))
    assert Occurrence.objects.count() == 1
    prune(now=watched.now + timedelta(hours=49))

    assert (Occurrence.objects.count(), Finding.objects.count()) == (0, 1)


@pytest.fixture
def backlog(watched, monkeypatch):
    """Six bodies and three occurrences that nobody needs any more, and batches of one."""
    monkeypatch.setattr(forgetting, "BATCH", 1)
    for number in range(3):
        watched.pair.legacy.say(version(2 * number))
        watched.pair.shadow.say(version(2 * number + 1))
        watched.look()
    look_at(watched, 9)
    DailyBody.objects.all().delete()
    return after(200)


def test_a_backlog_is_forgotten_in_one_round(backlog):
    deleted = prune(now=backlog)

    assert {kind: count for kind, count in deleted.items() if count} == {
        "occurrences": 3,
        "bodies": 5,
        "findings": 3,
        "hours": 1,
    }
    assert not any(prune(now=backlog).values())


def test_a_round_without_time_still_gets_on_with_every_kind_and_leaves_the_rest(backlog):
    rounds = [prune(now=backlog, seconds=0) for _ in range(6)]

    assert [one["bodies"] for one in rounds] == [1, 1, 1, 1, 1, 0]
    assert [one["occurrences"] for one in rounds] == [1, 1, 1, 0, 0, 0]
    assert [one["findings"] for one in rounds] == [1, 1, 1, 0, 0, 0]


def test_a_body_read_again_by_another_side_is_not_taken_from_under_it():
    body = table_of(version(0))
    kept = store_body("a" * 64, body, like=None, now=NOW)
    later = after(1)

    store_body("a" * 64, body, like=None, now=later)

    assert prune(now=later)["bodies"] == 0
    SourceFactory.create()
    assert Snapshot.objects.filter(pk=kept.pk).exists()
