"""A verdict covers what its person saw and nothing else; every refusal stands on the trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diffs.models import Difference, Review, SourceState, Variant
from diffs.verdicts import Verdict, in_force
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.models import Tier
from rollouts.operations.decide_difference import ReviewRefused
from rollouts.operations.give_verdict import give_verdict
from rollouts.permissions.roles import Role
from tests.rollouts.differing import (
    ann,
    bob,
    carol,
    counting,
    difference,
    olga,
    said,
    saying,
    shown_by,
    vera,
)
from tests.rollouts.stage import load, person, target, trail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def one() -> Difference:
    """A difference with two variants: one at two targets, one at another."""
    load()
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b")
    return found


def test_a_bug_counts_at_once_for_every_variant_that_is_there(one):
    review = said(one, Verdict.BUG, by=ann(), owner=bob())

    assert counting(one) == [review, review]
    assert in_force(review.given, target="aws:1:eu:kube-1", now=database_now()) is Verdict.BUG
    one.refresh_from_db()
    assert one.owner == bob()
    assert trail() == [("verdict_given", f"difference D-{one.pk} routesrv", "ann")]
    record = AuditRecord.objects.latest("seq")
    assert record.after == {
        "review": review.pk, "verdict": "bug", "variants": 2, "owner": "bob",
    }  # fmt: skip
    assert record.role == "requester"


def test_expected_waits_for_a_second_person_where_the_policy_asks(one):
    review = said(one, Verdict.EXPECTED)

    assert review.needs_second
    assert in_force(review.given, target="aws:1:eu:kube-1", now=database_now()) is Verdict.OPEN


def test_expected_counts_at_once_where_no_tier_asks_for_a_second_person(one):
    for tier in Tier.objects.all():
        tier.policy["expected_needs_second"] = False
        tier.save()

    assert not said(one, Verdict.EXPECTED).needs_second


def test_one_tier_of_the_rollout_that_asks_for_a_second_person_is_enough(one):
    Tier.objects.filter(name="test").update(policy={"expected_needs_second": False})

    assert said(one, Verdict.EXPECTED).needs_second


def test_one_variant_alone_may_be_judged(one):
    first, second = Variant.objects.order_by("pk")

    review = said(one, Verdict.BUG, variant=second.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.review, second.review) == (None, review)


def test_a_verdict_never_covers_what_joined_after_the_page_was_opened(one):
    shown = saying(one, Verdict.EXPECTED)
    shown_by(one, target("kube-1"), "kube_a", "another value")

    with pytest.raises(ReviewRefused, match="1 variant has joined since") as refusal:
        give_verdict(one, shown, actor=bob(), now=database_now())

    assert refusal.value.came == ('filter flowId argument 1: "reuse" → "another value"',)
    assert counting(one) == [None, None, None]
    assert trail()[-1] == ("verdict_give_refused", f"difference D-{one.pk} routesrv", "bob")


def test_what_left_since_the_page_was_opened_changes_nothing(one):
    shown = saying(one)
    last = Variant.objects.latest("pk")
    last.occurrences.update(resolved_at=database_now())

    review = give_verdict(one, shown, actor=bob(), now=database_now())

    assert counting(one) == [review, None]


def test_what_is_nowhere_any_more_is_not_judged(one):
    shown = saying(one)
    for variant in Variant.objects.all():
        variant.occurrences.update(resolved_at=database_now())

    with pytest.raises(ReviewRefused, match="No target shows it any more"):
        give_verdict(one, shown, actor=bob(), now=database_now())


def test_the_same_form_sent_again_is_the_same_review(one):
    form = saying(one)

    first = give_verdict(one, form, actor=bob(), now=database_now())
    again = give_verdict(one, form, actor=bob(), now=database_now())

    assert (first, Review.objects.count()) == (again, 1)
    with pytest.raises(ReviewRefused, match="used before"):
        give_verdict(one, form, actor=carol(), now=database_now())


def test_the_same_words_said_twice_are_refused_and_a_new_variant_is_still_covered(one):
    first = said(one, Verdict.BUG)
    with pytest.raises(ReviewRefused, match="All of it counts as bug already"):
        said(one, Verdict.BUG)
    shown_by(one, target("kube-1"), "kube_c")

    second = said(one, Verdict.BUG)

    assert counting(one) == [first, first, second]


def test_the_sources_that_show_it_are_looked_at_at_once(one):
    later = database_now() + timedelta(hours=1)
    SourceState.objects.update(next_look_at=later)

    said(one)

    due = SourceState.objects.filter(next_look_at__lt=later).values_list("source_id", flat=True)
    assert set(due) == {target("kube-1").source_id, target("kube-2").source_id}


DAY = timedelta(days=1)
REFUSALS = {
    "open": ({"verdict": Verdict.OPEN}, "Say bug, expected or noise"),
    "no reason": ({"reason": "x"}, "Give a reason"),
    "a reason that hides": ({"reason": "fine\N{RIGHT-TO-LEFT OVERRIDE}"}, "invisible control"),
    "a bug with a date": ({"until": DAY}, "Only what is expected has a date"),
    "without a date": ({"verdict": Verdict.EXPECTED, "until": None}, "Give a date"),
    "a date that is past": ({"verdict": Verdict.EXPECTED, "until": -DAY}, "Give a date"),
    "too long": ({"verdict": Verdict.EXPECTED, "until": 91 * DAY}, "at most 90 days"),
    "no owner": ({"verdict": Verdict.EXPECTED, "owner": None}, "Name an owner"),
    "nobody's target": ({"held_out": ("nowhere",)}, "nowhere does not show it"),
    "another variant": ({"variant": 10**9}, "No target shows this variant"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_breaks_a_rule_is_refused_in_words_and_stands_on_the_trail(one, case):
    fields, words = REFUSALS[case]
    form = saying(one, fields.get("verdict", Verdict.BUG))
    until = fields.get("until", form.until)
    now = database_now()
    fields = {**fields, "until": now + until if isinstance(until, timedelta) else until}

    with pytest.raises(ReviewRefused, match=words):
        give_verdict(one, replace(form, **fields), actor=bob(), now=now)

    assert Review.objects.count() == 0
    assert [action for action, _, _ in trail()] == ["verdict_give_refused"]


def test_an_owner_without_a_role_is_refused(one):
    with pytest.raises(ReviewRefused, match="holds no role"):
        said(one, Verdict.EXPECTED, owner=person("nina"))


@pytest.mark.parametrize("verdict", [Verdict.EXPECTED, Verdict.NOISE])
def test_only_a_bug_may_be_said_by_who_neither_approves_nor_operates(one, verdict):
    said(one, Verdict.BUG, by=ann())

    with pytest.raises(ReviewRefused, match="neither approver nor operator of test"):
        said(one, verdict, by=ann())
    with pytest.raises(ReviewRefused, match="only looking"):
        said(one, Verdict.BUG, by=vera(), reason="another reason")
    assert said(one, verdict, by=olga())


def test_authority_is_asked_for_in_every_tier_where_it_is(one):
    here = person("hugo", Role.APPROVER, rollout="routesrv", tier="test")
    said(one, Verdict.EXPECTED, by=here)
    shown_by(one, target("kube-3"), "kube_a")

    with pytest.raises(ReviewRefused, match="neither approver nor operator of production"):
        said(one, Verdict.EXPECTED, by=here)
    assert said(one, Verdict.BUG, by=here)


def test_a_held_out_target_keeps_it_open(one):
    Tier.objects.update(policy={"expected_needs_second": False})

    review = said(one, Verdict.EXPECTED, held_out=("aws:1:eu:kube-2",))

    now = database_now()
    assert in_force(review.given, target="aws:1:eu:kube-1", now=now) is Verdict.EXPECTED
    assert in_force(review.given, target="aws:1:eu:kube-2", now=now) is Verdict.OPEN


def test_without_a_record_there_is_no_verdict(one, monkeypatch):
    form = saying(one)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr("ledger.audit.record", broken)
    with pytest.raises(RuntimeError, match="no room"):
        give_verdict(one, form, actor=bob(), now=database_now())

    assert Review.objects.count() == 0
    assert counting(one) == [None, None]


def test_a_policy_of_before_that_says_nothing_asks_for_a_second_person(one):
    Tier.objects.update(policy={})

    assert said(one, Verdict.EXPECTED).needs_second
