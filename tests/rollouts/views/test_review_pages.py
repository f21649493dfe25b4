"""The review queue and the page of a difference: what they say, what they take, what they cost."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diffs.models import Comment, Difference, Review
from diffs.verdicts import Verdict
from ledger.clock import database_now
from rollouts.operations.agree_with_review import agree_with_review
from tests.rollouts import differing
from tests.rollouts.differing import counting, difference, said, shown_by
from tests.rollouts.stage import collector_beats, load, signed_in, stand, target, trail
from tests.rollouts.views.fields import Page
from tests.rollouts.views.steps import form_on, words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

QUEUE = "/differences/"


@pytest.fixture(autouse=True)
def fleet():
    load()
    collector_beats()
    for alias in ("kube-1", "kube-2", "kube-3"):
        stand(target(alias), "different")


@pytest.fixture
def one() -> Difference:
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b", "another")
    return found


def path(one: Difference) -> str:
    return reverse("difference", args=[one.pk])


def form_to(client, one, name, action="difference-verdict"):
    """Return the form of a verdict as its page gives it."""
    forms = [form for form in Page(client, path(one)).forms if form.leads_to == action]
    (form,) = [form for form in forms if form.fields.get("verdict") in {name, None}]
    return {key: value for key, value in form.fields.items() if key not in {"scope", "held_out"}}


def say(client, one, name, **typed):
    sent = {**form_to(client, one, name), "reason": "it is what it is", "scope": "all", **typed}
    return client.post(reverse("difference-verdict", args=[one.pk]), sent)


def test_the_queue_has_what_changes_requests_first_then_the_wider_then_the_older():
    now = database_now()
    fields = {"narrow": {}, "wide": {}, "older": {"first_seen_at": now - timedelta(days=3)}}
    made = {name: difference(name, **each) for name, each in fields.items()}
    made["cost"] = difference("cost", label="cost only")
    for name in ("narrow", "older", "cost"):
        shown_by(made[name], target("kube-1"), name)
    for alias in ("kube-1", "kube-2"):
        shown_by(made["wide"], target(alias), "wide")
        shown_by(made["cost"], target(alias), "cost_too")

    shown = words(signed_in(differing.vera()).get(QUEUE))

    order = sorted(made, key=lambda name: shown.index(f"<b>D-{made[name].pk}</b>"))
    assert order == ["wide", "older", "narrow", "cost"]
    assert "2 clusters / 2 routes" in shown
    assert "0 of 4 reviewed" in shown


def test_what_is_not_believed_yet_is_shown_to_nobody(one):
    Difference.objects.update(first_seen_at=None)
    vera = signed_in(differing.vera())

    assert one.sentence not in vera.get(QUEUE).content.decode()
    assert vera.get(path(one)).status_code == HTTPStatus.NOT_FOUND


def test_a_filter_stands_in_the_address_with_counts(one):
    other = difference("other", kind="backend")
    shown_by(other, target("kube-3"), "kube_c")
    said(other, Verdict.BUG)
    vera = signed_in(differing.vera())

    def listed(**query):
        shown = words(vera.get(QUEUE, query))
        return [row.pk for row in (one, other) if f"<b>D-{row.pk}</b>" in shown]

    assert listed() == [one.pk, other.pk]
    assert listed(kind="backend") == [other.pk]
    assert listed(tier="routesrv/production") == [other.pk]
    assert listed(verdict="unreviewed") == [one.pk]
    assert listed(verdict="bug") == [other.pk]
    assert listed(q="kube_c") == [other.pk]
    assert listed(q=f"d-{one.pk}") == [one.pk]
    assert listed(kind="nonsense") == []
    assert 'href="?kind=backend">backend <span>1</span>' in words(vera.get(QUEUE))


def test_mine_are_those_that_i_own(one):
    bob = differing.bob()
    Difference.objects.update(owner=bob)

    assert f"<b>D-{one.pk}</b>" in words(signed_in(bob).get(QUEUE, {"owner": "mine"}))
    assert f"<b>D-{one.pk}</b>" not in words(
        signed_in(differing.carol()).get(QUEUE, {"owner": "mine"})
    )


def test_what_is_resolved_is_listed_where_it_is_asked_for(one):
    Difference.objects.update(gone_at=database_now() - timedelta(hours=1))
    vera = signed_in(differing.vera())

    assert f"<b>D-{one.pk}</b>" not in words(vera.get(QUEUE))
    assert f"<b>D-{one.pk}</b>" in words(vera.get(QUEUE, {"state": "resolved"}))


def test_an_empty_queue_says_why_it_is_empty():
    vera = signed_in(differing.vera())

    assert "4 of 4 targets fresh" not in words(vera.get(QUEUE))
    assert "3 of 4 targets fresh; last look" in words(vera.get(QUEUE))
    shown_by(difference(), target("kube-1"))
    assert "No difference matches" in words(vera.get(QUEUE, {"kind": "backend"}))
    collector_beats(seconds_ago=3600)
    Difference.objects.update(first_seen_at=None)
    assert "Nobody looks" in words(vera.get(QUEUE))


def test_the_bar_counts_what_nobody_reviewed(one):
    vera = signed_in(differing.vera())

    assert 'Differences <span class="count" id="differences-count">1</span>' in words(vera.get("/"))
    said(one, Verdict.BUG)
    hidden = 'Differences <span class="count" id="differences-count" hidden>0</span>'
    assert hidden in words(vera.get("/"))
    assert hidden in words(vera.get(QUEUE))


def test_the_page_says_where_it_is_what_changed_and_what_a_verdict_covers(one):
    shown = words(signed_in(differing.bob()).get(path(one)))

    assert "filter flowId argument 1: &quot;reuse&quot; → &quot;renew&quot;" in shown
    assert "kube-1" in shown
    assert "kube-2" in shown
    assert "all: 2 clusters, 3 routes, 2 variants" in shown
    assert "production follows this side" in shown
    assert "Nobody said anything yet: it is open." in shown
    assert "No request was looked for yet" in shown


def test_the_route_that_an_address_names_is_shown(one):
    last = one.variants.latest("pk").occurrences.get()

    shown = words(signed_in(differing.bob()).get(path(one), {"at": last.pk}))

    assert '<h2 id="route-title"><code class="breaks">kube_b</code></h2>' in shown
    assert 'value="raw"' not in shown
    raw = words(signed_in(differing.bob()).get(path(one), {"at": last.pk, "view": "raw"}))
    assert '<pre class="raw" tabindex="0">kube_b: Path(&quot;/kube_b&quot;) -&gt; ' in raw


def test_a_verdict_goes_on_to_the_next_that_needs_eyes(one):
    other = difference("other")
    shown_by(other, target("kube-1"), "kube_c")
    bob = signed_in(differing.bob())

    response = say(bob, one, "bug")

    assert response["Location"] == path(other)
    assert [review.verdict for review in counting(one)] == ["bug", "bug"]
    assert say(bob, other, "noise")["Location"] == QUEUE
    assert "2 of 2 reviewed" in words(bob.get(QUEUE))


def test_a_filter_goes_along_from_one_to_the_next(one):
    others = [difference(name, kind="backend") for name in ("other", "third")]
    for row in others:
        shown_by(row, target("kube-1"), row.sentence)
    bob = signed_in(differing.bob())
    query = "?kind=backend"
    form = {**form_to(bob, others[0], "bug"), "reason": "it is what it is", "scope": "all"}
    response = bob.post(reverse("difference-verdict", args=[others[0].pk]) + query, form)

    assert response["Location"] == path(others[1]) + query


def test_of_many_variants_the_form_asks_which_are_meant(one):
    response = say(signed_in(differing.bob()), one, "bug", scope="")

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Say whether you mean all 2 variants" in response.content.decode()
    assert "it is what it is" in response.content.decode()
    assert counting(one) == [None, None]


def test_one_variant_alone_is_said_by_its_radio(one):
    first = one.variants.earliest("pk")

    say(signed_in(differing.bob()), one, "bug", scope=str(first.pk))

    assert [review and review.verdict for review in counting(one)] == ["bug", None]


def test_what_joined_since_the_page_was_opened_is_said_and_not_covered(one):
    bob = signed_in(differing.bob())
    form = {**form_to(bob, one, "bug"), "reason": "it is what it is", "scope": "all"}
    shown_by(one, target("kube-1"), "kube_c", "a third value")

    response = bob.post(reverse("difference-verdict", args=[one.pk]), form)

    assert response.status_code == HTTPStatus.CONFLICT
    shown = words(response)
    assert "1 variant has joined since you opened the page" in shown
    assert (
        "<li>filter flowId argument 1: &quot;reuse&quot; → &quot;a third value&quot;</li>" in shown
    )
    assert not Review.objects.exists()
    assert trail()[-1][0] == "verdict_give_refused"


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


def test_a_poll_that_finds_nothing_new_is_not_answered_again(one):
    vera = signed_in(differing.vera())
    for page, part in ((QUEUE, "queue"), (path(one), "difference")):
        headers = {"HX-Request": "true", "HX-Target": part}
        etag = vera.get(page, headers=headers)["ETag"]
        again = vera.get(page, headers={**headers, "If-None-Match": etag})
        assert again.status_code == HTTPStatus.NOT_MODIFIED
        said(one, Verdict.BUG, reason=f"as {part}")
        changed = vera.get(page, headers={**headers, "If-None-Match": etag})
        assert changed.status_code == HTTPStatus.OK


def test_the_queue_of_many_differences_asks_no_more_than_that_of_few(one):
    vera = signed_in(differing.vera())
    vera.get(QUEUE)
    for number in range(30):
        shown_by(difference(f"shape {number}"), target("kube-1"), f"route_{number}")
    for row in Difference.objects.all()[:10]:
        said(row, Verdict.BUG)

    with CaptureQueriesContext(connection) as queries:
        response = vera.get(QUEUE)

    assert "1 to 25 of 31 differences" in words(response)
    assert len(queries) <= 12
