"""Many clicks at once: one form is one review, and what came last counts."""

from __future__ import annotations

from collections import Counter

import pytest

from diffs.models import Review, ReviewedVariant
from diffs.verdicts import Verdict
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.operations.agree_with_review import agree_with_review
from rollouts.operations.give_verdict import give_verdict
from rollouts.permissions.roles import Role
from tests.ledger.at_once import at_once
from tests.rollouts.differing import bob, counting, difference, said, saying, shown_by
from tests.rollouts.stage import load, person, target

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one():
    load()
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b")
    return found


def test_one_form_sent_by_fifty_threads_is_one_review(one):
    form, actor = saying(one, Verdict.EXPECTED), bob()

    answers = at_once(50, lambda _: give_verdict(one, form, actor=actor, now=database_now()).pk)

    assert len(set(answers)) == 1
    assert (Review.objects.count(), ReviewedVariant.objects.count()) == (1, 2)
    assert AuditRecord.objects.filter(action="verdict_given").count() == 1


def test_of_many_who_agree_at_once_one_is_the_second_person(one):
    review = said(one, Verdict.EXPECTED)
    people = [person(f"second-{number}", Role.APPROVER) for number in range(20)]

    answers = at_once(
        20,
        lambda number: agree_with_review(review, actor=people[number], now=database_now()).pk,
    )

    assert Counter(str(answer) for answer in answers) == {
        str(review.pk): 1,
        "It waits for nobody any more.": 19,
    }
    assert AuditRecord.objects.filter(action="verdict_agreed").count() == 1


def test_of_many_verdicts_at_once_each_is_kept_and_one_counts(one):
    forms = [saying(one, Verdict.BUG, reason=f"reason {number}") for number in range(10)]
    actor = bob()

    at_once(10, lambda number: give_verdict(one, forms[number], actor=actor, now=database_now()))

    newest = Review.objects.latest("pk")
    assert Review.objects.count() == 10
    assert counting(one) == [newest, newest]
