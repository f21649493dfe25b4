"""The page of a difference: what it says, and what a verdict from it covers."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.urls import reverse

from diffs.models import Difference, Review
from tests.rollouts import differing
from tests.rollouts.differing import counting, difference, shown_by
from tests.rollouts.stage import signed_in, target, trail
from tests.rollouts.views.reviewing import QUEUE, form_to, path, say
from tests.rollouts.views.steps import words

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fleet():
    differing.differing_targets()


@pytest.fixture
def one() -> Difference:
    return differing.difference_at_two()


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
