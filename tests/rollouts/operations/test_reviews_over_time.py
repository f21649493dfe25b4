"""What becomes of a verdict: agreed with, undone, narrowed, widened; who may, and who may not."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from diffs.models import Difference, Review, SourceState
from diffs.verdicts import Verdict, in_force
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.operations.agree_with_review import agree_with_review
from rollouts.operations.decide_difference import ReviewRefused
from rollouts.operations.hold_out_target import HoldOut, hold_out_target
from rollouts.operations.undo_verdict import undo_verdict
from rollouts.permissions.roles import Role
from rollouts.seen_variants import seen_of
from tests.rollouts.differing import (
    ann,
    bob,
    carol,
    counting,
    difference,
    said,
    saying,
    shown_by,
    vera,
)
from tests.rollouts.stage import load, person, target, trail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

KUBE_1, KUBE_2 = "aws:1:eu:kube-1", "aws:1:eu:kube-2"


@pytest.fixture
def one() -> Difference:
    load()
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b")
    return found


def agree(review, who):
    return agree_with_review(review, actor=who, now=database_now())


def undo(review, who):
    return undo_verdict(review, actor=who, now=database_now())


def hold_out(one, key, who, *, is_held_out=True, **fields):
    form = {"seen": saying(one).seen, "request_key": secrets.token_hex(16), **fields}
    return hold_out_target(one, HoldOut(key, is_held_out, **form), actor=who, now=database_now())


def verdict_at(review, key):
    return in_force(review.given, target=key, now=database_now())


def test_a_second_person_lets_an_expected_one_count(one):
    review = said(one, Verdict.EXPECTED)
    later = database_now() + timedelta(hours=1)
    SourceState.objects.update(next_look_at=later)

    agreed = agree(review, carol())

    assert verdict_at(agreed, KUBE_1) is Verdict.EXPECTED
    assert agree(review, carol()).seconded_by == carol()
    assert [action for action, _, _ in trail()] == ["verdict_given", "verdict_agreed"]
    assert SourceState.objects.filter(next_look_at__lt=later).count() == 2


def test_nobody_agrees_with_themselves_by_any_path(one):
    review = said(one, Verdict.EXPECTED)

    with pytest.raises(ReviewRefused, match="You said it yourself"):
        agree(review, bob())
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(seconded_by=bob())
    assert trail()[-1][0] == "verdict_agree_refused"


def test_who_may_not_decide_everywhere_does_not_agree(one):
    shown_by(one, target("kube-3"), "kube_a")
    review = said(one, Verdict.EXPECTED)

    for who in (ann(), vera(), person("hugo", Role.APPROVER, rollout="routesrv", tier="test")):
        with pytest.raises(ReviewRefused, match="neither approver nor operator"):
            agree(review, who)


def test_what_waits_for_nobody_is_not_agreed_with(one):
    bug = said(one, Verdict.BUG)
    with pytest.raises(ReviewRefused, match="waits for nobody"):
        agree(bug, carol())

    overtaken = said(one, Verdict.EXPECTED)
    said(one, Verdict.BUG, reason="it is one after all")
    with pytest.raises(ReviewRefused, match="Something newer"):
        agree(overtaken, carol())

    undone = said(one, Verdict.EXPECTED)
    undo(undone, bob())
    with pytest.raises(ReviewRefused, match="undone since"):
        agree(undone, carol())

    late = said(one, Verdict.EXPECTED)
    Review.objects.filter(pk=late.pk).update(until=database_now() - timedelta(hours=1))
    with pytest.raises(ReviewRefused, match="date is past"):
        agree(late, carol())


def test_undone_what_counted_before_counts_again(one):
    bug = said(one, Verdict.BUG)
    expected = said(one, Verdict.EXPECTED)

    undo(expected, carol())

    assert counting(one) == [bug, bug]
    expected.refresh_from_db()
    assert expected.undone_by == carol()
    assert undo(expected, carol()) == expected
    undo(bug, carol())
    assert counting(one) == [None, None]
    record = AuditRecord.objects.latest("seq")
    assert (record.action, record.before["verdict"]) == ("verdict_undone", "bug")


def test_undone_beneath_it_is_passed_over(one):
    first = said(one, Verdict.BUG)
    second = said(one, Verdict.NOISE)
    shown_by(one, target("kube-1"), "kube_c")
    third = said(one, Verdict.EXPECTED, variant=one.variants.earliest("pk").pk)
    undo(second, bob())
    assert counting(one) == [third, first, None]

    undo(third, bob())

    assert counting(one) == [first, first, None]


def test_only_where_nothing_newer_was_said_is_anything_undone(one):
    bug = said(one, Verdict.BUG)
    newer = said(one, Verdict.NOISE, variant=one.variants.earliest("pk").pk)

    undo(bug, bob())

    assert counting(one) == [newer, None]
    older = said(one, Verdict.NOISE)
    said(one, Verdict.BUG)
    with pytest.raises(ReviewRefused, match="Something newer"):
        undo(older, bob())


def test_who_only_asks_undoes_nothing(one):
    bug = said(one, Verdict.BUG, by=ann())

    with pytest.raises(ReviewRefused, match="neither approver nor operator"):
        undo(bug, ann())

    assert counting(one) == [bug, bug]


def test_a_target_is_held_out_at_once_and_what_was_said_stays(one):
    expected = agree(said(one, Verdict.EXPECTED), carol())

    narrower = hold_out(one, KUBE_2, carol())

    assert counting(one) == [narrower, narrower]
    assert (verdict_at(narrower, KUBE_1), verdict_at(narrower, KUBE_2)) == ("expected", "open")
    assert (narrower.reason, narrower.until) == (expected.reason, expected.until)
    with pytest.raises(ReviewRefused, match="held out already"):
        hold_out(one, KUBE_2, bob())


def test_returned_to_an_expected_one_a_second_person_is_asked_again(one):
    agree(said(one, Verdict.EXPECTED, held_out=(KUBE_2,)), carol())

    wider = hold_out(one, KUBE_2, bob(), is_held_out=False)

    assert wider.held_out == []
    assert verdict_at(wider, KUBE_1) is Verdict.OPEN
    assert verdict_at(agree(wider, carol()), KUBE_2) is Verdict.EXPECTED
    with pytest.raises(ReviewRefused, match="not held out"):
        hold_out(one, KUBE_2, bob(), is_held_out=False)


def test_what_waits_still_waits_when_a_target_is_held_out(one):
    said(one, Verdict.EXPECTED)

    assert verdict_at(hold_out(one, KUBE_2, carol()), KUBE_1) is Verdict.OPEN


def test_different_verdicts_each_hold_a_target_out_with_one_click(one):
    said(one, Verdict.BUG)
    said(one, Verdict.NOISE, variant=one.variants.latest("pk").pk)
    key = secrets.token_hex(16)

    hold_out(one, KUBE_2, bob(), request_key=key)
    hold_out(one, KUBE_2, bob(), request_key=key)

    assert [(one.verdict, one.held_out) for one in counting(one)] == [
        ("bug", [KUBE_2]),
        ("noise", [KUBE_2]),
    ]
    assert Review.objects.count() == 4


def test_a_hold_out_is_undone_like_any_other_word(one):
    bug = said(one, Verdict.BUG)

    undo(hold_out(one, KUBE_2, bob()), bob())

    assert counting(one) == [bug, bug]


def test_a_hold_out_that_makes_no_sense_is_refused(one):
    with pytest.raises(ReviewRefused, match="Nothing that counts"):
        hold_out(one, KUBE_2, bob())
    said(one, Verdict.BUG)
    with pytest.raises(ReviewRefused, match="does not show it"):
        hold_out(one, "aws:1:eu:kube-3", bob())
    with pytest.raises(ReviewRefused, match="have joined since"):
        hold_out(one, KUBE_2, bob(), seen=seen_of(()))
    with pytest.raises(ReviewRefused, match="neither approver nor operator"):
        hold_out(one, KUBE_2, ann())
