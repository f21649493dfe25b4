"""A wide difference is stored in short transactions, before the look's own."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from diffs.models import Comparison, Finding, Occurrence, Snapshot
from diffs.operations import keep_findings
from diffs.operations import record_look as recording
from diffs.operations.prune import prune
from tests.diffs.watched import Watched
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

CONTENT = {"diffs_snapshot", "diffs_reading", "diffs_finding", "diffs_comparison"}
WRITES = re.compile(r'(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE) "(diffs_\w+)"')


@pytest.fixture
def wide(watched):
    """A source whose sides differ in 1,200 routes, before the first look at it."""
    watched.pair.legacy.say({f"r{n}": f'"http://left{n}"' for n in range(1200)})
    watched.pair.shadow.say({f"r{n}": f'"http://right{n}"' for n in range(1200)})
    return watched


@contextmanager
def transactions():
    """List the tables written by each transaction in turn; a statement alone is one."""
    listed, last = [], [None]

    def note(execute, sql, params, many, context):
        if found := WRITES.match(sql):
            block = next(iter(connection.atomic_blocks), None)
            if block is None or block is not last[0]:
                listed.append(set())
            last[0] = block
            listed[-1].add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield listed


def test_findings_are_written_before_the_looks_transaction_and_by_five_hundred(wide):
    with transactions() as written:
        assert wide.look() == "unconfirmed"

    looks = [tables for tables in written if "diffs_occurrence" in tables]
    assert len(looks) == 1
    assert not looks[0] & CONTENT
    assert all(len(tables) == 1 for tables in written if tables & CONTENT)
    assert written.count({"diffs_finding"}) == 3
    assert written.index({"diffs_comparison"}) > max(
        at for at, tables in enumerate(written) if tables == {"diffs_finding"}
    )


def test_another_look_is_recorded_between_two_batches(wide, monkeypatch):
    other = Watched.over(wide.pair, is_soaking=False)
    write, outcomes = keep_findings._write, []

    def record_another():
        wide.pair.say(some_routes(10))
        try:
            outcomes.append(other.look())
        finally:
            connection.close()

    def written(rows):
        if not outcomes:
            thread = threading.Thread(target=record_another)
            thread.start()
            thread.join(30)
        write(rows)

    monkeypatch.setattr(keep_findings, "_write", written)

    assert wide.look() == "unconfirmed"
    assert outcomes == ["equal"]


class Killed(Exception):
    """The worker ends here."""


def test_a_comparison_that_is_half_stored_is_never_taken_as_whole(wide, monkeypatch):
    batches, write = [], keep_findings._write

    def dies(rows):
        batches.append(rows)
        if len(batches) == 2:
            raise Killed
        write(rows)

    with monkeypatch.context() as patch:
        patch.setattr(keep_findings, "_write", dies)
        with pytest.raises(Killed):
            wide.look()
    assert (Finding.objects.count(), Comparison.objects.count()) == (500, 0)
    assert (wide.state.looks, Occurrence.objects.count()) == (0, 0)

    assert wide.look() == "unconfirmed"

    assert (Finding.objects.count(), Comparison.objects.count()) == (1200, 1)
    assert Occurrence.objects.count() == 1200


def test_what_a_look_stored_and_never_recorded_is_used_by_the_next_one(wide, monkeypatch):
    def dies(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(recording, "_record", dies)
        with pytest.raises(Killed):
            wide.look()
    kept = Comparison.objects.get()

    with transactions() as written:
        assert wide.look() == "unconfirmed"

    assert {"diffs_finding"} not in written
    assert wide.source.spans.get().comparison == kept


def test_what_a_look_stored_and_never_recorded_is_forgotten(wide, monkeypatch):
    def dies(*_args):
        raise Killed

    monkeypatch.setattr(recording, "_record", dies)
    with pytest.raises(Killed):
        wide.look()

    for _ in range(3):
        prune(now=wide.now + timedelta(days=91))

    for model in (Finding, Comparison, Snapshot):
        assert not model.objects.exists()


def test_findings_that_stand_are_not_written_again_at_every_change(wide):
    wide.look()
    wide.pair.legacy.say(
        {"r0": '"http://new"'} | {f"r{n}": f'"http://left{n}"' for n in range(1, 1200)}
    )

    with transactions() as written:
        wide.look()

    assert written.count({"diffs_finding"}) == 1
    assert Finding.objects.count() == 1201


def test_a_comparison_that_is_forgotten_while_the_look_is_recorded_spoils_nothing(
    wide, monkeypatch
):
    record = recording._record

    def forgotten(*args):
        Comparison.objects.all().delete()
        return record(*args)

    monkeypatch.setattr(recording, "_record", forgotten)

    assert wide.look() == "unconfirmed"
    assert wide.source.spans.get().comparison is None
