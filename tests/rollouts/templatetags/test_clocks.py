"""Times, durations and sizes in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from rollouts.templatetags.clocks import (
    ago,
    clock,
    counted,
    due,
    duration,
    lag,
    size_of,
    thousands,
    when,
)

NOW = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "unknown"),
        (0, "0 s"),
        (0.038, "38 ms"),
        (4.25, "4.2 s"),
        (45, "45 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (245, "4 min 5 s"),
        (12_000, "3 h 20 min"),
        (6 * 86400 + 4 * 3600 + 59, "6 d 4 h"),
        (21 * 86400 + 3600, "21 d"),
        (timedelta(minutes=2), "2 min"),
        (-90, "\N{MINUS SIGN}1 min 30 s"),
    ],
)
def test_a_span_has_at_most_two_units(seconds, words):
    assert duration(seconds) == words


def test_a_time_is_relative_to_see_and_absolute_to_read():
    html = ago(NOW - timedelta(seconds=12), NOW)

    assert ">12 s ago</time>" in html
    assert 'datetime="2026-11-21T14:19:48+00:00"' in html
    assert 'title="Sat 21 Nov 2026, 14:19:48 UTC"' in html


def test_a_time_to_come_says_in_how_long():
    assert ">in 3 h</time>" in ago(NOW + timedelta(hours=3), NOW)


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (-12, "next in 12 s"),
        (0, "due now"),
        (9, "due now"),
        (10, "overdue since 14:19 UTC, 10 s ago"),
        (3600, "overdue since 13:20 UTC, 1 h ago"),
    ],
)
def test_what_is_due_says_since_when_it_is_late(late, words):
    assert f">{words}</time>" in due(NOW - timedelta(seconds=late), NOW)


def test_both_forms_are_seen_where_asked_for():
    assert ">Sat 21 Nov, 12:20 UTC · 2 h ago</time>" in when(NOW - timedelta(hours=2), NOW)


@pytest.mark.parametrize("html", [ago(None, NOW), when(None, NOW), clock(None)])
def test_what_never_happened_is_said_so(html):
    assert ">never<" in html


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (8_123, "8.1 kB"),
        (812_345, "812 kB"),
        (999_600, "1.0 MB"),
        (64_000_000, "64 MB"),
        (3_200_000_000_000, "3.2 TB"),
        (None, "unknown"),
    ],
)
def test_sizes_carry_a_decimal_unit(count, words):
    assert size_of(count) == words


def test_counts_agree_with_their_noun():
    assert counted(1, "cluster") == "1 cluster"
    assert counted(1240, "cluster") == "1,240 clusters"
    assert counted(2, "reading of both|readings of both") == "2 readings of both"
    assert thousands(61204) == "61,204"


@pytest.mark.parametrize(
    ("bound", "told"), [(1.0, "≤ 1 s"), (300.0, "≤ 5 min"), (inf, "> 1 h"), (None, "unknown")]
)
def test_a_lag_is_told_as_its_upper_bound(bound, told):
    assert lag(bound) == told
