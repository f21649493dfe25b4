"""The trail is verified all the time; what was found stays until the trail is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import audit_check
from ledger.audit_check import TrailState, check_on, trail_state
from ledger.models import AuditRecord
from tests.factories import NOW
from tests.ledger.trail import append, cut_tail, edit, write_anew

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_before_the_first_check_nothing_is_known():
    assert trail_state() == TrailState(0, None, "")


def test_a_check_says_up_to_which_record_and_when():
    append(3)

    assert check_on(now=NOW) == trail_state() == TrailState(3, NOW, "")


def test_what_was_appended_since_is_checked_at_once():
    append(3)
    check_on(now=NOW)
    append(2)

    assert check_on(now=NOW + MINUTE) == TrailState(5, NOW + MINUTE, "")


def test_a_long_trail_is_checked_in_parts(monkeypatch):
    monkeypatch.setattr(audit_check, "PART", 2)
    append(5)

    states = [check_on(now=NOW + n * MINUTE).verified_seq for n in range(4)]

    assert states == [2, 4, 5, 5]


def test_an_edit_of_an_old_record_is_found_within_the_hour():
    append(5)
    check_on(now=NOW)
    edit(2, reason="edited")

    assert check_on(now=NOW + 59 * MINUTE).problem == ""
    state = check_on(now=NOW + HOUR)

    assert state.problem == "Record 2 was edited: its fields do not give its hash."
    assert (state.verified_seq, state.verified_at) == (5, NOW + 59 * MINUTE)


def test_an_edit_of_a_new_record_is_found_at_once():
    append(5)
    check_on(now=NOW)
    append(2)
    edit(6, reason="edited")

    assert "Record 6 was edited" in check_on(now=NOW + MINUTE).problem


def test_a_problem_stays_until_the_whole_trail_passes(monkeypatch):
    append(5)
    original = AuditRecord.objects.get(seq=2).reason
    edit(2, reason="edited")
    for minute in range(3):
        assert "Record 2 was edited" in check_on(now=NOW + minute * MINUTE).problem
    edit(2, reason=original)
    monkeypatch.setattr(audit_check, "PART", 3)

    assert "Record 2 was edited" in check_on(now=NOW + 3 * MINUTE).problem
    assert check_on(now=NOW + 4 * MINUTE) == TrailState(5, NOW + 4 * MINUTE, "")


@pytest.mark.parametrize("last", [0, 3])
def test_a_cut_tail_is_found_though_the_head_was_rewritten_and_stays_found(last):
    append(5)
    check_on(now=NOW)
    cut_tail(last, with_head=True)

    problems = [check_on(now=NOW + n * HOUR).problem for n in range(1, 4)]

    assert all("Record 5" in problem and "is gone" in problem for problem in problems)


def test_a_trail_that_was_cut_and_grew_again_stays_found():
    append(5)
    check_on(now=NOW)
    cut_tail(3, with_head=True)
    append(4, action="other")

    problems = [check_on(now=NOW + n * MINUTE).problem for n in range(1, 4)]

    assert all(problems)
    assert "Record 5 is not the one it was" in problems[-1]


def test_a_trail_written_anew_stays_found():
    append(5)
    check_on(now=NOW)
    write_anew(actor="mallory")

    problems = [check_on(now=NOW + n * HOUR).problem for n in range(1, 4)]

    assert all(problems)


def test_a_clock_that_was_set_back_delays_no_whole_walk():
    append(5)
    check_on(now=NOW)
    edit(2, reason="edited")

    assert "Record 2" in check_on(now=NOW - MINUTE).problem


def test_of_two_checks_at_once_the_second_changes_nothing(monkeypatch):
    append(5)
    check_on(now=NOW)
    append(1)
    begin, walk_on = [], audit_check._walk_on

    def slow(row, now):
        if not begin:
            begin.append(now)
            check_on(now=NOW + MINUTE)
        walk_on(row, now)

    monkeypatch.setattr(audit_check, "_walk_on", slow)

    check_on(now=NOW + 2 * MINUTE)

    assert trail_state().verified_at == NOW + MINUTE
