"""Clean: both sides say the same, and nothing casts doubt on it."""

from __future__ import annotations

import pytest

from rollouts.gates import GATES, Judgement
from tests.rollouts.gates.stage import ALL_STATES, SOON, facts, member, members, says

DISAGREE = "The two sides disagree on 3 of 120 routes."
OLD = "The last proof is older than 3 intervals of 60 s."


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (facts(*members(3)), "pass", "Both sides say the same for all 3 targets."),
        (
            facts(member(1), member(2, state="differs", outcome="different", sentence=DISAGREE)),
            "fail",
            f"1 of 2 targets is not clean: kube-2. {DISAGREE}",
        ),
        (
            facts(member(1, state="stale", sentence=OLD), member(2, state="differs", sentence="")),
            "fail",
            "1 of 2 targets is not clean: kube-2.",
        ),
        (facts(member(differences=1, sentence="")), "fail", "kube-1 is not clean."),
        (
            facts(member(outcome="unconfirmed", sentence="Seen once: 1 of 120 routes differ.")),
            "unknown",
            "kube-1 is not known to be clean. Seen once: 1 of 120 routes differ.",
        ),
        (
            facts(member(state="blind", sentence="Nobody looks at present.")),
            "unknown",
            "kube-1 is not known to be clean. Nobody looks at present.",
        ),
        (facts(member(), untrusted="The self-test broke."), "fail", "The self-test broke."),
    ],
)
def test_says_who_is_not_clean_and_why(given, verdict, sentence):
    assert says("clean", given) == (verdict, sentence)


@pytest.mark.parametrize("state", [*ALL_STATES, "of a later version"])
def test_only_agreement_opens_it_and_only_a_fact_is_a_fail(state):
    said = GATES["clean"](facts(member(state=state)))

    wrong = {"differs": "fail", "refused": "fail", "suspect": "fail"}
    wrong |= {"clean": "pass", "expected": "pass"}
    assert said.verdict == wrong.get(state, "unknown")


@pytest.mark.parametrize("outcome", ["moved", "unconfirmed", ""])
def test_what_settles_is_not_known_to_be_clean_whatever_it_was(outcome):
    assert GATES["clean"](facts(member(outcome=str(outcome)))).verdict == "unknown"


def test_a_bounded_lag_is_clean_though_the_tables_differ_at_this_moment():
    lagging = member(outcome="lag", differences=3)

    assert GATES["clean"](facts(lagging)).verdict == "pass"


def test_what_differed_and_now_settles_is_not_clean():
    settling = member(state="differs", outcome="moved")

    assert GATES["clean"](facts(settling)).verdict == "fail"


def test_tells_what_is_measured_and_asked_for_and_who_is_looked_at_next():
    waiting = member(2, state="stale", next_look_at=SOON)

    said = GATES["clean"](facts(member(1), waiting, member(3, state="stale", next_look_at=None)))

    assert said == Judgement(
        "clean",
        said.verdict,
        said.sentence,
        measured="1 of 3",
        required="all 3 targets",
        next_at=SOON,
        standing_in_way=("aws:1:eu:kube-2", "aws:1:eu:kube-3"),
    )
