"""What moved in the evidence without getting worse, and what of it belongs to some targets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from rollouts.evidence import worse
from rollouts.evidence.eased import eased
from rollouts.evidence.narrowed import narrowed
from tests.rollouts.evidence.stage import KUBE_1, KUBE_2, PLAIN, documents, seen


def test_the_same_evidence_has_not_moved():
    assert eased(seen(), seen()) == ()


def test_differences_that_vanished_are_counted_by_target():
    one = {**PLAIN, KUBE_1: replace(PLAIN[KUBE_1], differences={"f2": "open"})}
    none = {**PLAIN, KUBE_1: replace(PLAIN[KUBE_1], differences={})}

    assert eased(seen(), seen(targets=one)) == (f"1 difference of {KUBE_1} vanished.",)
    assert eased(seen(), seen(targets=none)) == (f"2 differences of {KUBE_1} vanished.",)


@pytest.mark.parametrize(
    ("gates", "sentence"),
    [
        ({"clean": "unknown"}, "The gate clean passed, and is unknown now."),
        ({"soak": "pass"}, "The gate soak failed, and passes now."),
        ({"soak": "unknown"}, "The gate soak failed, and is unknown now."),
        ({"fresh": "pass"}, "The gate fresh was unknown, and passes now."),
    ],
)
def test_a_gate_that_opened_or_cannot_be_judged_is_told(gates, sentence):
    before = {"clean": "pass", "soak": "fail", "fresh": "unknown"}

    assert eased(seen(), seen(gates={**before, **gates})) == (sentence,)


def test_what_got_worse_is_not_told_as_eased():
    failed = {"clean": "fail", "soak": "fail", "fresh": "fail"}

    assert eased(seen(), seen(gates=failed)) == ()


def test_of_an_unknown_form_nothing_can_be_told():
    assert eased({}, seen()) == eased(seen(), {"version": 9}) == ()


@given(documents)
def test_evidence_of_some_targets_is_no_worse_than_itself_and_misses_the_others(document):
    keys = sorted(document["targets"])[:1]
    some = narrowed(document, keys)

    assert worse(some, narrowed(document, keys)) == ()
    assert sorted(some["targets"]) == keys
    assert {**some, "targets": document["targets"]} == document


def test_a_target_that_was_not_shown_does_not_come_along():
    assert list(narrowed(seen(), [KUBE_2, "another"])["targets"]) == [KUBE_2]
    assert narrowed({"targets": 3}, [KUBE_1]) == {"targets": 3}
