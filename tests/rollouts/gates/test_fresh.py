"""Fresh: what is known was proven within three intervals."""

from __future__ import annotations

import pytest

from tests.rollouts.gates.stage import facts, member, says

OLD = "The last proof is older than 3 intervals of 60 s."


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (facts(member()), "pass", "The last proof is at most three intervals old for kube-1."),
        (
            facts(member(is_fresh=False, why_not_fresh=OLD)),
            "unknown",
            f"kube-1 has no fresh proof. {OLD}",
        ),
        (
            facts(*(member(number, is_fresh=False, why_not_fresh=OLD) for number in (1, 2))),
            "unknown",
            f"2 of 2 targets have no fresh proof: kube-1 and kube-2. kube-1: {OLD}",
        ),
        (
            facts(member(1), member(2, is_fresh=False, why_not_fresh="")),
            "unknown",
            "1 of 2 targets has no fresh proof: kube-2.",
        ),
    ],
)
def test_says_of_whom_nothing_was_proven_lately(given, verdict, sentence):
    assert says("fresh", given) == (verdict, sentence)
