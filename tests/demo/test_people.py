"""The people of the demo can play a promotion to its end, and nobody alone."""

from __future__ import annotations

from collections import Counter

from demo.people import PEOPLE


def test_one_asks_two_approve_and_one_only_looks():
    assert Counter(person.role for person in PEOPLE) == {
        "requester": 1,
        "approver": 2,
        "viewer": 1,
    }
    assert [person.username for person in PEOPLE] == ["alice", "bob", "carol", "dave"]


def test_each_is_told_in_a_sentence_that_names_them():
    for person in PEOPLE:
        assert person.full_name.split()[0] in person.sentence
        assert person.sentence.endswith(".")
