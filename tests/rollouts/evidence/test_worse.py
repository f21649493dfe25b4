"""What got worse between the evidence that was agreed to and the evidence that is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.evidence import Change, digest_of, worse
from tests.rollouts.evidence.stage import KUBE_1, KUBE_2, documents, edited, later, seen

ADDRESSES = {"legacy": ["http://a:9911/routes"], "shadow": ["http://other/routes"]}
KUBE_2_AS_SEEN = {
    "generation": 7, "addresses": {}, "differences": {}, "place": "", "read_back": "",
}  # fmt: skip
DIFFERENCES = ("targets", KUBE_1, "differences")
UNKNOWN_FORM = (Change("version", "The evidence has a form that this version does not know."),)


@pytest.mark.parametrize(
    ("now", "part", "sentence"),
    [
        (edited("rollout", value="cache"), "rollout", "It is another rollout."),
        (edited("tier", value="infra"), "tier", "It is another tier."),
        (
            edited("from", value="off"),
            "from",
            "The step began in shadow, and would begin in off now.",
        ),
        (edited("to", value="off"), "to", "The step led to exec, and would lead to off now."),
        (edited("policy", value="p2"), "policy", "The policy of the tier was changed."),
        (edited("rules", value="r2"), "rules", "Another set of rules is in force."),
        (
            edited("targets", KUBE_2),
            "targets",
            f"{KUBE_2} is no longer among the targets that would move.",
        ),
        (
            edited("targets", "kube-3", value=KUBE_2_AS_SEEN),
            "targets",
            "kube-3 came to the targets that would move.",
        ),
        (
            edited("targets", KUBE_1, "generation", value=5),
            "generation",
            f"{KUBE_1} was moved by another promotion.",
        ),
        (
            edited("targets", KUBE_1, "addresses", value=ADDRESSES),
            "addresses",
            f"{KUBE_1} is read at other addresses.",
        ),
        (
            edited("targets", KUBE_1, "place", value="us/kube-1.yaml"),
            "place",
            f"{KUBE_1} is kept elsewhere now, or fields of its cluster changed.",
        ),
        (
            edited("targets", KUBE_1, "read_back", value="http://b/mode"),
            "read_back",
            f"{KUBE_1} is read back elsewhere now.",
        ),
        (
            edited(*DIFFERENCES, "f3", value="open"),
            "differences",
            f"{KUBE_1} has 1 new or changed difference.",
        ),
        (
            edited(*DIFFERENCES, value={"f3": "open", "f4": "expected"}),
            "differences",
            f"{KUBE_1} has 2 new or changed differences.",
        ),
        (
            edited(*DIFFERENCES, "f1", value="open"),
            "verdicts",
            f"{KUBE_1} has 1 difference that is no longer expected.",
        ),
        (
            edited(*DIFFERENCES, "f2", value="bug"),
            "verdicts",
            f"{KUBE_1} has 1 difference judged a bug since then.",
        ),
        (
            edited(*DIFFERENCES, value={"f1": "bug", "f2": "bug"}),
            "verdicts",
            f"{KUBE_1} has 2 differences judged bugs since then.",
        ),
        (
            edited("gates", "clean", value="fail"),
            "gates",
            "The gate clean passed, and fails now.",
        ),
        (
            edited("gates", "fresh", value="fail"),
            "gates",
            "The gate fresh was unknown, and fails now.",
        ),
        (edited("gates", "clean"), "gates", "The gate clean is no longer asked."),
        (
            edited("gates", "order", value="pass"),
            "gates",
            "The gate order was not asked, and is now.",
        ),
        (
            edited("set_aside", "infra", value=["kube-8", "kube-9"]),
            "set_aside",
            "kube-9 of infra, which comes first, was set aside.",
        ),
        (
            edited("set_aside", "test", value=["kube-1"]),
            "set_aside",
            "kube-1 of test, which comes first, was set aside.",
        ),
    ],
)
def test_each_part_that_got_worse_is_told_alone_in_its_sentence(now, part, sentence):
    assert worse(seen(), now) == (Change(part, sentence),)


@pytest.mark.parametrize(
    "now",
    [
        edited(*DIFFERENCES, "f1"),
        edited(*DIFFERENCES, value={}),
        edited(*DIFFERENCES, "f2", value="expected"),
        edited(*DIFFERENCES, "f2", value="noise"),
        edited(*DIFFERENCES, "f1", value="noise"),
        edited("gates", "clean", value="unknown"),
        edited("gates", "fresh", value="pass"),
        edited("set_aside", "infra"),
        edited("set_aside", value={}),
        edited("gates", "soak", value="unknown"),
        edited("gates", "soak", value="pass"),
    ],
)
def test_what_vanishes_or_mends_or_cannot_be_told_for_a_while_is_not_worse(now):
    assert worse(seen(), now) == ()


def test_two_differences_that_lost_their_verdict_are_told_in_one_sentence():
    then = edited(*DIFFERENCES, value={"f1": "expected", "f2": "noise"})
    now = edited(*DIFFERENCES, value={"f1": "open", "f2": "open"})

    sentence = f"{KUBE_1} has 2 differences that are no longer expected."
    assert worse(then, now) == (Change("verdicts", sentence),)


def test_all_that_got_worse_is_told_in_the_order_of_the_document():
    now = edited("gates", "clean", value="fail")
    now["policy"] = "p2"
    now["targets"][KUBE_2]["generation"] = 8
    now["targets"][KUBE_1]["differences"]["f3"] = "open"

    parts = [change.part for change in worse(seen(), now)]

    assert parts == ["policy", "differences", "generation", "gates"]


@given(document=documents)
def test_nothing_is_worse_than_itself(document):
    assert worse(document, document) == ()


@given(one=documents, other=documents)
def test_documents_of_one_digest_are_never_worse_than_each_other(one, other):
    if digest_of(one) == digest_of(other):
        assert worse(one, other) == worse(other, one) == ()


@given(data=st.data(), first=documents)
def test_what_got_no_worse_in_two_steps_is_no_worse_in_one(data, first):
    second = data.draw(later(first))
    third = data.draw(later(second))

    if worse(first, second) == () == worse(second, third):
        assert worse(first, third) == ()


@given(data=st.data(), first=documents)
def test_what_is_worse_in_one_step_got_worse_in_one_of_two(data, first):
    second = data.draw(later(first) | documents)
    third = data.draw(later(second) | documents)

    if worse(first, third):
        assert worse(first, second) or worse(second, third)


@given(one=documents, other=documents)
def test_every_change_is_a_whole_sentence(one, other):
    for change in worse(one, other):
        assert change.part
        assert change.sentence.endswith(".")


ODD: list[Any] = [
    {},
    {**seen(), "more": 1},
    edited("gates"),
    edited("version", value=1),
    edited("version", value=True),
    edited("policy", value=["p1"]),
    edited("targets", value=[]),
    edited("targets", KUBE_1, value="moved"),
    edited("targets", KUBE_1, "differences"),
    edited("targets", KUBE_1, "health", value="good"),
    edited("targets", KUBE_1, "place"),
    edited("targets", KUBE_1, "place", value=["eu/kube-1.yaml"]),
    edited("targets", KUBE_1, "read_back", value={}),
    edited("targets", KUBE_1, "generation", value="4"),
    edited("targets", KUBE_1, "generation", value=True),
    edited("targets", KUBE_1, "addresses", value=["http://a"]),
    edited("targets", KUBE_1, "addresses", "legacy", value="http://a"),
    edited("targets", KUBE_1, "addresses", "legacy", value=[1]),
    edited(*DIFFERENCES, value=["f1"]),
    edited(*DIFFERENCES, "f1", value="waved through"),
    edited(*DIFFERENCES, "f1", value=["open"]),
    edited("set_aside"),
    edited("set_aside", value=["kube-8"]),
    edited("set_aside", "infra", value="kube-8"),
    edited("gates", value=[]),
    edited("gates", "clean", value="maybe"),
    [],
    "a document",
    None,
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_form_that_this_version_does_not_know_is_worse_than_all_itself_included(odd):
    assert worse(seen(), odd) == worse(odd, seen()) == worse(odd, odd) == UNKNOWN_FORM
