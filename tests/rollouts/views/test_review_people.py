"""Who does what on the page of a difference: agree, hold out, undo, own, comment."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from diffs.models import Comment, Difference, Occurrence, Review
from diffs.verdicts import Verdict
from ledger.clock import database_now
from rollouts.operations.agree_with_review import agree_with_review
from tests.rollouts import differing
from tests.rollouts.differing import counting, difference, said, shown_by
from tests.rollouts.stage import signed_in, target
from tests.rollouts.views.fields import Page
from tests.rollouts.views.reviewing import form_to, path, say
from tests.rollouts.views.steps import form_on, words

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fleet():
    differing.differing_targets()


@pytest.fixture
def one() -> Difference:
    return differing.difference_at_two()


def test_who_only_asks_may_say_bug_and_is_told_why_nothing_else(one):
    ann = signed_in(differing.ann())

    shown = words(ann.get(path(one)))

    assert "You are neither approver nor operator of test" in shown
    assert say(ann, one, "bug").status_code == HTTPStatus.FOUND
    form = {"verdict": "expected", "days": "7", "owner": differing.bob().username}
    assert say(ann, one, "bug", **form).status_code == HTTPStatus.CONFLICT


def test_who_only_looks_has_no_form(one):
    pages = Page(signed_in(differing.vera()), path(one)).forms

    assert not [form for form in pages if (form.leads_to or "").startswith("difference-")
                and form.leads_to != "difference-hold-out"]  # fmt: skip


def test_a_second_person_agrees_on_the_page(one):
    said(one, Verdict.EXPECTED)
    bob, carol = signed_in(differing.bob()), signed_in(differing.carol())
    assert "Another person has to agree." in words(bob.get(path(one)))

    form = form_on(carol, path(one), "difference-agree")
    response = carol.post(reverse("difference-agree", args=[one.pk]), form.fields)

    assert response["Location"] == path(one)
    shown = words(carol.get(path(one)))
    assert "carol agreed" in shown
    own = bob.post(reverse("difference-agree", args=[one.pk]), form.fields)
    assert own.status_code == HTTPStatus.CONFLICT


def test_an_expired_one_is_shown_and_inert(one):
    review = agree_with_review(
        said(one, Verdict.EXPECTED), actor=differing.carol(), now=database_now()
    )
    Review.objects.filter(pk=review.pk).update(until=database_now() - timedelta(days=1))

    shown = words(signed_in(differing.bob()).get(path(one)))

    assert 'class="said is-inert"' in shown
    assert "expired" in shown
    assert "2 unreviewed" in shown


def test_a_target_is_held_out_and_let_in_again(one):
    said(one, Verdict.BUG)
    bob = signed_in(differing.bob())
    form = form_on(bob, path(one), "difference-hold-out").fields

    bob.post(reverse("difference-hold-out", args=[one.pk]), form)

    shown = words(bob.get(path(one)))
    assert "held out</span>" in shown
    assert "Let it hold for kube-1 again" in shown
    assert [review.held_out for review in counting(one)] == [["aws:1:eu:kube-1"]] * 2
    again = form_on(bob, path(one), "difference-hold-out").fields
    bob.post(reverse("difference-hold-out", args=[one.pk]), again)
    assert [review.held_out for review in counting(one)] == [[], []]


def test_the_last_word_is_taken_back_from_wherever_its_person_is(one):
    other = difference("other")
    shown_by(other, target("kube-1"), "kube_c")
    bob = signed_in(differing.bob())
    say(bob, one, "bug")

    form = form_on(bob, path(other), "difference-undo")
    response = bob.post(reverse("difference-undo", args=[one.pk]), form.fields)

    assert response["Location"] == path(one)
    assert counting(one) == [None, None]


def test_an_owner_and_a_comment_are_kept(one):
    ann = signed_in(differing.ann())
    differing.bob()

    form = form_on(ann, path(one), "difference-own").fields
    ann.post(reverse("difference-own", args=[one.pk]), {**form, "owner": "bob"})
    form = form_on(ann, path(one), "difference-comment").fields
    ann.post(reverse("difference-comment", args=[one.pk]), {**form, "text": "one\ntwo <b>"})

    one.refresh_from_db()
    assert (one.owner.username, Comment.objects.get().text) == ("bob", "one\ntwo <b>")
    assert "two &lt;b&gt;" in ann.get(path(one)).content.decode()
    old = ann.post(reverse("difference-own", args=[one.pk]), {"version": 1, "owner": "ann"})
    assert old.status_code == HTTPStatus.CONFLICT
    empty = ann.post(reverse("difference-comment", args=[one.pk]), {"text": " "})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("missing", ["seen", "request_key"])
def test_a_form_that_says_not_what_was_seen_covers_nothing(one, missing):
    form = {**form_to(signed_in(differing.bob()), one, "bug"), "reason": "it is", "scope": "all"}
    form.pop(missing)

    response = signed_in(differing.bob()).post(reverse("difference-verdict", args=[one.pk]), form)

    assert response.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert not Review.objects.exists()


def test_a_short_address_leads_to_the_page(one):
    assert signed_in(differing.vera()).get(f"/D-{one.pk}/")["Location"] == path(one)


def test_every_form_of_the_page_carries_its_token(one):
    other = difference("other")
    shown_by(other, target("kube-1"), "kube_c")
    bob = signed_in(differing.bob())
    say(bob, other, "bug")
    said(one, Verdict.EXPECTED, by=differing.carol())

    forms = [form for form in Page(bob, path(one)).forms if form.method == "post"]

    assert {"difference-undo", "difference-agree"} <= {form.leads_to for form in forms}
    assert all("csrfmiddlewaretoken" in form.fields for form in forms)


def test_a_cluster_that_came_after_the_verdict_joined_later_and_is_covered(one):
    said(one, Verdict.BUG)
    shown_by(one, target("kube-3"), "kube_a")
    bob = signed_in(differing.bob())

    shown = words(bob.get(path(one)))

    assert shown.count("joined later") == 1
    assert "0 of 1 reviewed" not in shown
    where = shown.partition('id="where-title"')[2].partition("</section>")[0]
    assert where.index("kube-3") < where.index("joined later")


def test_where_it_is_no_more_is_folded(one):
    kube_1 = target("kube-1")
    Occurrence.objects.filter(source=kube_1.source_id).update(resolved_at=database_now())

    shown = words(signed_in(differing.bob()).get(path(one)))

    assert "Resolved in 1 cluster" in shown
    assert "1 cluster, 2 routes, 2 variants" in shown
