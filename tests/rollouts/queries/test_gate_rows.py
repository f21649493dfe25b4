"""Gates as pages print them: each reason once."""

from __future__ import annotations

from rollouts.gates import Judgement, Verdict
from rollouts.queries.gate_rows import gate_rows

REASON = "The shadow side would be refused by Skipper as a whole: route a."


def closed(gate, head, reason=REASON):
    return Judgement(gate, Verdict.FAIL, f"{head} {reason}")


def sentences(*judgements):
    return [row.sentence for row in gate_rows(judgements)]


def test_clean_refers_to_accepted_where_one_reason_closes_both():
    one = closed("clean", "1 of 4 targets is not clean: kube-2.")
    other = closed("accepted", "1 of 4 targets has a table that Skipper would refuse: kube-2.")

    assert sentences(one, other) == [
        "1 of 4 targets is not clean: kube-2. See accepted.",
        other.sentence,
    ]


def test_clean_says_itself_what_accepted_does_not_say():
    one = closed("clean", "kube-1 is not clean.", "The two sides disagree on 6 routes.")
    other = closed("accepted", "kube-2 has a table that Skipper would refuse.")
    passed = Judgement("accepted", Verdict.PASS, f"Skipper would accept it. {REASON}")

    assert sentences(one, other) == [one.sentence, other.sentence]
    assert sentences(closed("clean", "kube-1 is not clean."), passed)[0].endswith(REASON)
