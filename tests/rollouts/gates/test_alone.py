"""Alone: nothing else moves these targets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollouts.gates import GATES
from tests.rollouts.gates.stage import ANOTHER, facts, member, members, says

P8 = replace(ANOTHER, name="P-8")
MOVES = "P-7 moves infra from shadow to exec and is pending."


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (facts(member()), "pass", "No other promotion is open on this target."),
        (facts(*members(3)), "pass", "No other promotion is open on these 3 targets."),
        (
            facts(member(), open_promotions=(ANOTHER,)),
            "fail",
            f"P-7 is open on these targets. {MOVES}",
        ),
        (
            facts(member(), open_promotions=(ANOTHER, P8)),
            "fail",
            f"P-7 and P-8 are open on these targets. {MOVES}",
        ),
        (facts(), "unknown", "No target of the tier can make this step."),
    ],
)
def test_says_which_promotion_is_open(given, verdict, sentence):
    assert says("alone", given) == (verdict, sentence)


def test_names_what_is_open_as_what_is_measured():
    said = GATES["alone"](facts(member(), open_promotions=(ANOTHER, P8)))

    assert (said.measured, said.required) == ("P-7 and P-8", "no other promotion")


def test_another_promotion_is_told_even_where_nobody_would_move():
    assert says("alone", facts(open_promotions=(ANOTHER,)))[0] == "fail"
