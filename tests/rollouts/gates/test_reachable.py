"""Reachable: the sides that the step stands on answer with a table."""

from __future__ import annotations

from typing import Any

import pytest

from diffs.outcomes import Outcome
from rollouts.gates import GATES
from tests.rollouts.gates.stage import facts, member, members, says

SILENT = "Connection refused by 10.0.0.7:9090."
UNSEEN: dict[str, Any] = {"outcome": "", "state": "unseen", "sentence": "It was not looked at yet."}
LEGACY_ALONE: dict[str, Any] = {
    "outcome": "not_compared",
    "sentence": "Only the legacy side is read.",
}


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (facts(member()), "pass", "Both sides answer for kube-1."),
        (facts(*members(2)), "pass", "Both sides answer for both targets."),
        (facts(*members(3)), "pass", "Both sides answer for all 3 targets."),
        (
            facts(member(**LEGACY_ALONE), from_mode="off"),
            "pass",
            "The legacy side answers for kube-1.",
        ),
        (
            facts(member(**LEGACY_ALONE)),
            "unknown",
            "kube-1 is without a table. Only the legacy side is read.",
        ),
        (
            facts(member(outcome="same_address", sentence="Both sides have the same address.")),
            "fail",
            "kube-1 has a wrong address. Both sides have the same address.",
        ),
        (
            facts(member(1), member(2, outcome="unreachable", sentence=SILENT)),
            "unknown",
            f"1 of 2 targets is without a table: kube-2. {SILENT}",
        ),
        (
            facts(*(member(number, **UNSEEN) for number in range(1, 6)), member(6)),
            "unknown",
            "5 of 6 targets are without a table: kube-1, kube-2, kube-3 and 2 more. "
            "kube-1: It was not looked at yet.",
        ),
    ],
)
def test_says_who_does_not_answer(given, verdict, sentence):
    assert says("reachable", given) == (verdict, sentence)


GAVE_A_TABLE = {
    Outcome.REFUSED, Outcome.DUPLICATE_ID, Outcome.SUSPECT, Outcome.STALE_SOURCE, Outcome.MOVED,
    Outcome.EQUAL, Outcome.EQUAL_AFTER_RULES, Outcome.EXPECTED, Outcome.LAG, Outcome.UNCONFIRMED,
    Outcome.UNSTABLE,
    Outcome.DIFFERENT,
}  # fmt: skip


@pytest.mark.parametrize("outcome", ["", "of a later version", *Outcome])
def test_only_an_outcome_known_to_come_after_two_tables_opens_it(outcome):
    said = GATES["reachable"](facts(member(outcome=str(outcome))))

    assert said.is_open == (outcome in GAVE_A_TABLE)


@pytest.mark.parametrize("outcome", ["", "of a later version", *Outcome])
def test_from_off_the_legacy_side_alone_is_enough(outcome):
    said = GATES["reachable"](facts(member(outcome=str(outcome)), from_mode="off"))

    assert said.is_open == (outcome in GAVE_A_TABLE | {Outcome.NOT_COMPARED})
