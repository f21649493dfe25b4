"""One word for a target: from its outcome, its mode, and the time since it was proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from diffs.outcomes import GOOD, RESETTING, SETTLING, Outcome
from diffs.queries.standings import SourceFacts
from rollouts.machine import Mode
from rollouts.queries.target_state import STATES, target_state
from tests.factories import NOW

FACTS = SourceFacts(
    source_id=1,
    interval_seconds=60,
    reads="both",
    is_soaking=True,
    outcome="equal",
    settled="equal",
    side="",
    sentence="",
    outcome_since=NOW,
    last_look_at=NOW,
    last_proof_at=NOW,
    next_look_at=NOW,
    failures=0,
    looks=3,
    look_seconds=0.1,
    total=10,
    matched=10,
    hidden=0,
    differences=0,
    lag_seconds=None,
    clean_seconds=60,
    clean_since=NOW,
    clean_looks=2,
    clean_changes=0,
    pause="",
    restart="",
    side_routes=None,
)
NEVER_CLEAN = set(Outcome) - GOOD - {Outcome.LAG}


def state(outcome, *, settled=None, mode=Mode.SHADOW, later=0.0, **facts):
    """The state `later` seconds after the last look and proof."""
    settled = str(outcome) if settled is None else settled
    seen = replace(FACTS, outcome=str(outcome), settled=settled, **facts)
    return target_state(seen, mode, now=NOW + timedelta(seconds=later))


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - SETTLING))
def test_every_settled_outcome_has_its_word(outcome):
    assert state(outcome).state == STATES[outcome]
    assert not state(outcome).is_settling


@pytest.mark.parametrize("outcome", sorted(NEVER_CLEAN - SETTLING))
def test_nothing_but_agreement_is_clean(outcome):
    for mode in Mode:
        assert state(outcome, mode=mode).state not in {"clean", "follows"}


@pytest.mark.parametrize(
    ("outcome", "settled"), list(product(sorted(SETTLING), sorted(set(Outcome) - SETTLING)))
)
def test_what_settles_keeps_the_last_settled_word_with_a_mark(outcome, settled):
    answer = state(outcome, settled=str(settled))

    assert answer.state == STATES[settled]
    assert answer.is_settling


@pytest.mark.parametrize("outcome", sorted(SETTLING))
def test_what_settles_from_the_first_look_on_is_never_clean(outcome):
    answer = state(outcome, settled="", last_proof_at=None)

    assert answer.state == "stale"
    assert answer.why_stale == "Nothing was proven yet."


@pytest.mark.parametrize("outcome", sorted(GOOD | RESETTING | SETTLING))
def test_stale_beats_whatever_was_proven_after_three_intervals(outcome):
    settled = "equal" if outcome in SETTLING else str(outcome)

    assert state(outcome, settled=settled, later=180).state != "stale"
    late = state(outcome, settled=settled, later=181)
    assert late.state == "stale"
    assert "older than 3 intervals of 60 s" in late.why_stale


def test_looks_that_prove_nothing_do_not_keep_a_word_alive():
    answer = state(
        Outcome.MOVED,
        settled="equal",
        later=200,
        last_look_at=NOW + timedelta(seconds=200),
    )

    assert (answer.state, answer.is_settling) == ("stale", True)


def test_what_people_expect_stays_expected_in_exec_and_proves_nothing_without_a_mode():
    assert state(Outcome.EXPECTED, mode=Mode.SHADOW).state == "expected"
    assert state(Outcome.EXPECTED, mode=Mode.EXEC).state == "expected"
    assert state(Outcome.EXPECTED, mode=Mode.UNKNOWN).state == "unconfirmed"


@pytest.mark.parametrize("outcome", sorted(GOOD - {Outcome.EXPECTED}))
def test_agreement_in_exec_only_follows(outcome):
    assert state(outcome, mode=Mode.EXEC).state == "follows"
    assert state(Outcome.LAG, settled=str(outcome), mode=Mode.EXEC).state == "follows"
    assert state(Outcome.DIFFERENT, mode=Mode.EXEC).state == "differs"


def test_a_legacy_side_alone_needs_looks_but_no_proof():
    alone = {"mode": Mode.OFF, "last_proof_at": None}

    assert state(Outcome.NOT_COMPARED, later=180, **alone).state == "not_compared"
    assert state(Outcome.NOT_COMPARED, later=181, **alone).state == "stale"


NO_LOOK = [({"last_look_at": None}, "yet."), ({"outcome": "", "settled": ""}, "since its mode")]


@pytest.mark.parametrize(("facts", "words"), NO_LOOK)
def test_of_a_target_without_a_look_nothing_is_known(facts, words):
    never = replace(FACTS, **facts)

    answer = target_state(never, Mode.SHADOW, now=NOW + timedelta(seconds=180))
    late = target_state(never, Mode.SHADOW, now=NOW + timedelta(seconds=181))

    assert (answer.state, late.state) == ("unseen", "stale")
    assert f"It was not looked at {words}" in answer.why_stale


@pytest.mark.parametrize("outcome", sorted(Outcome))
def test_a_dead_collector_overrides_every_word(outcome):
    seen = replace(FACTS, outcome=str(outcome), settled="equal", sentence="So it is.")

    for mode in Mode:
        answer = target_state(seen, mode, now=NOW, is_watched=False)

        assert (answer.state, answer.is_settling) == ("blind", False)
        assert answer.was == target_state(seen, mode, now=NOW).state
        later = target_state(seen, mode, now=NOW + timedelta(hours=1), is_watched=False)
        assert later.was == answer.was


def test_agreement_is_clean_only_in_a_shadow_that_nothing_contradicts():
    told = {
        (mode, observed): target_state(FACTS, mode, now=NOW, observed=observed).state
        for mode in Mode
        for observed in ("", "off", "shadow", "exec")
    }

    assert {key for key, word in told.items() if word == "clean"} == {
        (Mode.SHADOW, ""),
        (Mode.SHADOW, "shadow"),
    }
    assert {key for key, word in told.items() if word == "follows"} == {
        (Mode.EXEC, ""),
        (Mode.EXEC, "exec"),
    }


def test_a_contradicted_mode_is_told():
    answer = target_state(FACTS, Mode.SHADOW, now=NOW, observed="exec")

    assert answer.why_stale == "Its mode is shadow here, but exec is read back."


def test_a_proof_in_the_future_counts_for_nothing():
    answer = state(Outcome.EQUAL, later=-7200)

    assert answer.state == "stale"
    assert "clock was set back" in answer.why_stale
