"""Accepted by Skipper: it would load the tables whole, without a refused route."""

from __future__ import annotations

import pytest

from diffs.outcomes import COMPARED, Outcome
from rollouts.gates import GATES
from tests.rollouts.gates.stage import facts, member, members, says


@pytest.mark.parametrize(
    ("given", "verdict", "sentence"),
    [
        (
            facts(*members(2)),
            "pass",
            "No route would make Skipper refuse a whole table for both targets.",
        ),
        (
            facts(member(outcome="refused", sentence="Skipper refuses route a.")),
            "fail",
            "kube-1 has a table that Skipper would refuse. Skipper refuses route a.",
        ),
        (
            facts(member(1), member(2, outcome="suspect", sentence="The table shrank.")),
            "unknown",
            "1 of 2 targets is not known to be accepted by Skipper: kube-2. The table shrank.",
        ),
    ],
)
def test_says_whose_table_skipper_would_refuse(given, verdict, sentence):
    assert says("accepted", given) == (verdict, sentence)


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("equal", "Every record can be read for kube-1."),
        ("refused", "kube-1 has a record that cannot be read. Line 3 is cut."),
        ("suspect", "kube-1 is not known to be readable as a whole. Line 3 is cut."),
    ],
)
def test_says_nothing_of_skipper_where_there_are_no_routes(outcome, sentence):
    given = facts(member(outcome=outcome, noun="record", sentence="Line 3 is cut."))

    assert says("accepted", given)[1] == sentence


@pytest.mark.parametrize("outcome", ["", "of a later version", *Outcome])
def test_only_two_tables_that_were_compared_whole_open_it(outcome):
    said = GATES["accepted"](facts(member(outcome=str(outcome))))

    refused = {Outcome.REFUSED, Outcome.DUPLICATE_ID}
    assert said.is_open == (outcome in COMPARED)
    assert (said.verdict == "fail") == (outcome in refused)
