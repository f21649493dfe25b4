"""What a verdict is worth: where, from when on, and up to when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from diffs.verdicts import Given, Verdict, in_force, is_expired

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.mark.parametrize("verdict", [Verdict.BUG, Verdict.EXPECTED])
def test_a_verdict_counts_wherever_nothing_speaks_against_it(verdict):
    assert in_force(Given(verdict, LATER), target="a", now=NOW) is verdict


@pytest.mark.parametrize(
    "given",
    [
        None,
        Given(Verdict.EXPECTED, LATER, waits=True),
        Given(Verdict.EXPECTED, NOW),
        Given(Verdict.EXPECTED, LATER, held_out=("b", "a")),
        Given(Verdict.NOISE),
        Given(Verdict.OPEN),
    ],
    ids=["none", "waits", "expired", "held out", "noise", "open"],
)
def test_what_is_not_in_force_leaves_the_difference_open(given):
    assert in_force(given, target="a", now=NOW) is Verdict.OPEN


def test_a_hold_out_is_of_its_target_alone():
    given = Given(Verdict.EXPECTED, LATER, held_out=("b",))

    assert in_force(given, target="a", now=NOW) is Verdict.EXPECTED


def test_an_expected_one_ends_at_its_date_and_not_before():
    given = Given(Verdict.EXPECTED, LATER)

    assert not is_expired(given, LATER - timedelta(microseconds=1))
    assert is_expired(given, LATER)
    assert not is_expired(Given(Verdict.BUG), LATER)
