"""The benchmark: its tables, its floor and its verdicts."""

from __future__ import annotations

from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import call_command

from diffs.benchmark import grouping, measures
from diffs.benchmark.cut import cut
from diffs.benchmark.make_tables import tables
from diffs.compare import compare
from diffs.formats import FORMATS
from diffs.management.commands import benchmark as command

read = FORMATS["eskip"].read


@pytest.fixture
def few_repeats(monkeypatch, db):
    """Run each case once, in the tests' database: a test asks what is printed, not how fast."""
    monkeypatch.setattr(measures, "QUICK_REPEATS", 1)
    monkeypatch.setattr(command, "throwaway_database", nullcontext)


def run(**options):
    out = StringIO()
    call_command("benchmark", stdout=out, routes=100, repeats=1, comparisons=2, **options)
    return out.getvalue()


def test_tables_differ_exactly_on_the_ids_they_name():
    legacy, shadow, changed = tables(300, differences=7)

    report = compare(read(legacy.encode()), read(shadow.encode()))

    assert [finding.key for finding in report.findings] == changed
    assert len(changed) == 7


def test_no_line_is_written_alike_on_both_sides():
    legacy, shadow, _ = tables(300)

    assert not set(legacy.split("\n")) & set(shadow.split("\n"))


def test_the_floor_cuts_every_route():
    assert len(cut(tables(300)[0])) == 300


def test_churn_changes_one_line_in_a_hundred():
    table = tables(300)[0].encode()

    moved = measures.churned(table, 5)

    pairs = zip(table.split(b"\n"), moved.split(b"\n"), strict=True)
    assert sum(before != after for before, after in pairs) == 3


@pytest.mark.usefixtures("few_repeats")
def test_prints_a_row_a_goal_and_is_content(monkeypatch):
    monkeypatch.setattr(measures, "COLD_RATIO", 1000.0)
    monkeypatch.setattr(measures, "AGAIN_OF_FLOOR", 1000.0)
    monkeypatch.setattr(measures, "UNCHANGED_RATIO", 1000.0)
    monkeypatch.setattr(measures, "RESIDENT_MB", 100_000.0)
    monkeypatch.setattr(grouping, "GROUPED_RATIO", 100_000.0)

    out = run()

    assert out.count(" met") == 6
    assert "10 differences ruled, named and stored" in out
    assert "second look, 1 % of the lines changed" in out


@pytest.mark.usefixtures("few_repeats")
def test_leaves_with_one_when_a_goal_is_missed(monkeypatch):
    monkeypatch.setattr(measures, "RESIDENT_MB", 1.0)

    with pytest.raises(SystemExit) as caught:
        run()

    assert caught.value.code == 1
