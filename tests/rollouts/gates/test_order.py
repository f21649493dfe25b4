"""Order: every tier before holds the mode and has baked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollouts.gates import GATES
from tests.rollouts.gates.stage import BAKED, DAY, FAILED, HOUR, VERIFYING, facts, member, says

INFRA = replace(BAKED, name="infra", held_seconds=9 * DAY)
NEVER = {"in_mode": 0, "held_seconds": None}


def after(*tiers):
    return facts(member(), earlier=tiers)


def tier(**changed):
    return after(replace(BAKED, **changed))


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (after(), "pass", "No tier comes before this one."),
        (after(BAKED), "pass", "test has been in exec for 8 d and has baked."),
        (
            after(BAKED, INFRA),
            "pass",
            "Both tiers before this one are in exec and have baked; infra, the last, for 9 d.",
        ),
        (
            after(BAKED, BAKED, INFRA),
            "pass",
            "All 3 tiers before this one are in exec and have baked; infra, the last, for 9 d.",
        ),
        (tier(targets=0, **NEVER), "pass", "No tier comes before this one."),
        (
            tier(targets=0, **NEVER, set_aside=("kube-1",)),
            "unknown",
            "test comes first, and its only target is set aside, so that nobody can tell how it"
            " does in exec.",
        ),
        (
            tier(targets=0, **NEVER, set_aside=("kube-1", "kube-2")),
            "unknown",
            "test comes first, and all of its 2 targets are set aside, so that nobody can tell how"
            " it does in exec.",
        ),
        (
            tier(set_aside=("kube-3",)),
            "pass",
            "test has been in exec for 8 d and has baked. 1 target is set aside and not counted.",
        ),
        (
            tier(targets=37, **NEVER),
            "fail",
            "test comes first, and none of its 37 targets are in exec.",
        ),
        (
            tier(in_mode=1, held_seconds=None),
            "fail",
            "test comes first, and only 1 of its 2 targets is in exec.",
        ),
        (
            tier(targets=3, held_seconds=None),
            "fail",
            "test comes first, and only 2 of its 3 targets are in exec.",
        ),
        (
            tier(targets=1, **NEVER),
            "fail",
            "test comes first, and its only target is not in exec.",
        ),
        (tier(failing=("kube-8",)), "fail", "test is in exec, but kube-8 is not well there."),
        (
            tier(unseen=("kube-8", "kube-9")),
            "unknown",
            "test is in exec, but nobody can tell whether kube-8 and kube-9 are well there.",
        ),
        (
            tier(move=VERIFYING),
            "unknown",
            "P-6 of test is verifying: kube-8 was not seen there yet.",
        ),
        (
            tier(move=FAILED),
            "fail",
            "P-6 of test ended as failed, and since then nobody has seen kube-8 and kube-9"
            " in exec.",
        ),
        (
            tier(held_seconds=None),
            "unknown",
            "test is in exec, but nobody can tell since when.",
        ),
        (
            tier(held_seconds=6 * DAY + HOUR),
            "fail",
            "test bakes: it has been in exec for 6 d 1 h of 7 d, 23 h to go.",
        ),
    ],
)
def test_says_which_tier_comes_first(given, verdict, sentence):
    assert says("order", given) == (verdict, sentence)


def test_what_is_known_to_be_wrong_is_told_before_what_nobody_can_tell():
    unseen, failing = replace(BAKED, unseen=("kube-9",)), replace(INFRA, failing=("kube-7",))

    said = says("order", after(unseen, failing))

    assert said == ("fail", "infra is in exec, but kube-7 is not well there.")


def test_the_first_of_several_tiers_that_are_not_there_is_told():
    first, second = replace(BAKED, in_mode=1), replace(INFRA, in_mode=1)

    assert says("order", after(first, second))[1].startswith("test comes first")


@pytest.mark.parametrize(
    ("held", "measured", "share"),
    [(3.5 * DAY, "3 d 12 h", 0.5), (-5, "0 s", 0.0), (8 * DAY, "8 d", None)],
)
def test_shows_how_far_a_tier_has_baked(held, measured, share):
    said = GATES["order"](tier(held_seconds=held))

    assert (said.measured, said.share) == (measured, share)
    assert said.required == "test in exec for 7 d"


def test_tells_how_many_of_a_tier_are_in_the_mode():
    said = GATES["order"](tier(in_mode=1, held_seconds=None))

    assert (said.measured, said.required) == ("1 of 2 in exec", "test in exec for 7 d")


def test_a_clock_that_was_set_back_closes_a_tier_that_need_not_bake():
    judgement = GATES["order"](tier(held_seconds=-1.0, bake_seconds=0))

    assert (judgement.verdict, judgement.share) == ("fail", 0.0)
