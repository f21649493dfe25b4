"""What takes space: every row is counted once, sizes add up, and every kind tells its rule."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from diffs.management.commands.storage import in_words
from diffs.models import HourRollup, OutcomeSpan, Snapshot
from diffs.queries import table_sizes as counting
from diffs.queries.storage import storage
from ledger.clock import database_now
from tests.factories import SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def printed(*arguments):
    out = StringIO()
    call_command("storage", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def now():
    return database_now()


@pytest.fixture
def source():
    return SourceFactory.create()


def body(name, size, *, at, base=None):
    return Snapshot.objects.create(
        sha256=name * 64, size=9_999, data=b"x" * size, base=base, stored_at=at, last_read_at=at
    )


def kind(name, now):
    (found,) = (one for one in storage(now=now).kinds if one.name == name)
    return found


def test_whole_bodies_and_patches_are_told_apart_with_what_came_within_a_day(now):
    old = now - timedelta(hours=30)
    whole = body("a", 1000, at=old)
    body("b", 100, at=old, base=whole)
    body("c", 40, at=now - timedelta(hours=23), base=whole)

    wholes, patches = (kind(f"bodies, {how}", now) for how in ("whole", "as patches"))

    assert (wholes.rows, patches.rows) == (1, 2)
    assert 1000 <= wholes.bytes < 1010
    assert 140 <= patches.bytes < 160
    assert (wholes.new_rows, wholes.new_bytes) == (0, 0)
    assert (patches.new_rows, 40 <= patches.new_bytes < 50) == (1, True)
    assert wholes.oldest_at == patches.oldest_at == old


def test_what_came_within_a_day_of_other_kinds_is_their_share_of_the_table(now, source):
    for hours in (1, 2, 23, 25):
        HourRollup.objects.create(source=source, hour=now - timedelta(hours=hours))

    hours = kind("hour rollups", now)

    assert (hours.rows, hours.new_rows) == (4, 3)
    assert hours.new_bytes == round(hours.bytes * 3 / 4) > 0
    assert hours.oldest_at == now - timedelta(hours=25)


def test_days_are_new_by_their_date(now, source):
    today, yesterday = now.date(), now.date() - timedelta(days=1)
    source.daily_bodies.create(side="legacy", day=today, snapshot=body("d", 9, at=now))
    source.days.create(day=yesterday)

    assert (kind("bodies of a day", now).new_rows, kind("day rollups", now).new_rows) == (1, 0)


def test_all_kinds_together_are_the_whole_database(now, source):
    body("a", 100_000, at=now)

    found = storage(now=now)

    assert 0 < found.unnamed < found.bytes
    assert sum(one.bytes for one in found.kinds) + found.unnamed == found.bytes
    names = [one.name for one in found.kinds]
    assert len(set(names)) == len(names)
    assert {"audit records", "tables of rollouts", "the rest of the ledger"} <= set(names)


def test_every_kind_says_by_which_rule_it_is_kept(now):
    assert all(one.rule for one in storage(now=now).kinds)
    assert kind("spans", now).rule.startswith("90 days after it ended; the latest 12 of a source")
    assert kind("pods behind sides", now).rule == "a day after it was seen last"
    assert "14 days where a look was not equal" in kind("bodies, whole", now).rule


def test_the_page_has_a_line_for_each_kind_and_the_sum(now, source):
    OutcomeSpan.objects.create(source=source, outcome="equal", epoch=1, began_at=now)

    text = printed()

    assert re.search(r"(?m)^spans +1 +[0-9.]+ kB +20\d\d-\d\d-\d\d \d\d:\d\d +1 rows, ", text)
    assert re.search(r"(?m)^the database +[0-9.]+ [kMG]B$", text)
    assert len(text.splitlines()) == len(storage(now=now).kinds) + 3


def test_json_holds_the_same_in_bytes(now, source):
    found = json.loads(printed("--json"))

    assert [one["name"] for one in found["kinds"]] == [one.name for one in storage(now=now).kinds]
    assert found["bytes"] > 10_000


def test_where_the_database_counts_no_pages_sizes_are_unknown_and_rows_are_not(
    now, source, monkeypatch, uses_sqlite
):
    if not uses_sqlite:
        assert counting.table_sizes()
        return
    monkeypatch.setitem(counting._TABLES, "sqlite", "SELECT * FROM no_such_module")

    states = kind("states of sources", now)

    assert (states.rows, states.bytes) == (1, None)
    assert storage(now=now).unnamed is None
    assert "?" in printed()


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (740_000, "740 kB"), (1_240_000_000, "1.2 GB"),
     (2e15, "2000 TB"), (None, "?"), (-5_000, "-5.0 kB")],
)  # fmt: skip
def test_sizes_are_told_as_people_say_them(size, words):
    assert in_words(size) == words
