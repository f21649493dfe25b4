"""Soak: clean for long enough, looked at often enough, through enough changes."""

from __future__ import annotations

from typing import Any

import pytest

from rollouts.gates import GATES
from rollouts.gates.facts import Demand
from tests.rollouts.gates.stage import HOUR, SOON, facts, member, says

NOTHING: dict[str, Any] = {"clean_seconds": 0, "clean_looks": 0, "clean_changes": 0}
WHOLE = "1 h over 60 looks and 300 changes applied alike"


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (
            facts(member()),
            "pass",
            "kube-1 has been clean for 2 h over 120 looks and 400 changes applied alike.",
        ),
        (
            facts(member(1), member(2, clean_seconds=HOUR, clean_changes=300)),
            "pass",
            "kube-2 has been clean for 1 h over 120 looks and 300 changes applied alike, "
            "the least of both targets.",
        ),
        (
            facts(member(clean_seconds=45.5, clean_looks=1, clean_changes=299)),
            "fail",
            "kube-1 has been clean for 45 s over 1 look and 299 changes applied alike: "
            "59 min 15 s, 59 looks and 1 change applied alike to go.",
        ),
        (
            facts(member(1), member(2, **NOTHING)),
            "fail",
            "kube-2 has no clean time yet: 1 h, 60 looks and 300 changes applied alike to go. "
            "1 of 2 targets is not there yet.",
        ),
        (
            facts(member(1, is_soaking=False), member(2, clean_looks=59)),
            "fail",
            "kube-1 earns no clean time: the mode read back from it is not shadow. "
            "2 of 2 targets are not there yet.",
        ),
        (
            facts(member(**NOTHING), demand=Demand(0, 0, 0)),
            "fail",
            "kube-1 has no clean time yet: 1 look to go.",
        ),
        (
            facts(member(clean_changes=0), demand=Demand(HOUR, 60, 0)),
            "pass",
            "kube-1 has been clean for 2 h over 120 looks.",
        ),
    ],
)
def test_says_who_has_the_least_proof_and_how_much_is_to_go(given, verdict, sentence):
    assert says("soak", given) == (verdict, sentence)


@pytest.mark.parametrize(
    ("changed", "demand", "required", "share"),
    [
        ({"clean_seconds": HOUR / 4}, Demand(HOUR, 60, 300), WHOLE, 0.25),
        ({"clean_looks": 30}, Demand(0, 60, 0), "60 looks", 0.5),
        ({"clean_changes": 30}, Demand(HOUR, 1, 300), WHOLE.replace("60 looks", "1 look"), 0.1),
        ({"is_soaking": False}, Demand(HOUR, 60, 300), WHOLE, 0.0),
        ({}, Demand(HOUR, 60, 300), WHOLE, 1.0),
    ],
)
def test_shows_how_far_it_is_by_what_lags_most(changed, demand, required, share):
    said = GATES["soak"](facts(member(**changed), demand=demand))

    assert (said.required, said.share) == (required, share)


def test_names_all_who_lack_proof_and_when_the_least_is_looked_at_next():
    slow, short = member(2, clean_seconds=60, next_look_at=SOON), member(3, clean_looks=59)

    said = GATES["soak"](facts(member(1), slow, short))

    assert said.standing_in_way == ("aws:1:eu:kube-2", "aws:1:eu:kube-3")
    assert said.next_at == SOON
    assert said.measured == "1 min over 120 looks and 400 changes applied alike"


def test_who_cannot_soak_at_all_is_told_before_who_has_not_begun():
    begins, cannot = member(1, **NOTHING), member(2, is_soaking=False)

    assert says("soak", facts(begins, cannot))[1].startswith("kube-2 earns no clean time")


def test_exactly_what_is_asked_for_is_enough():
    said = GATES["soak"](facts(member(clean_seconds=HOUR, clean_looks=60, clean_changes=300)))

    assert said.is_open


def test_half_a_second_that_lacks_is_not_told_as_none():
    said = GATES["soak"](facts(member(clean_seconds=HOUR - 0.5)))

    assert said.sentence.endswith(": 1 s to go.")


def test_says_why_the_clock_stands_still_or_began_anew():
    standing = member(clean_seconds=60, pause="a side could not be reached")
    anew = member(clean_seconds=0, clean_looks=0, restart="the sides disagreed")

    assert (
        "Its clock stands still: a side could not be reached." in says("soak", facts(standing))[1]
    )
    assert "It began anew: the sides disagreed." in says("soak", facts(anew))[1]
