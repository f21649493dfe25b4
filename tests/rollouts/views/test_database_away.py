"""When the database is away or busy: 503 with the same form to send again, counted once."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from rollouts.models import Promotion
from rollouts.operations.decide import Busy
from rollouts.views import promotion_actions, promotions, tier_actions
from tests.rollouts.promoting import alice, bob, ready_tier, requested
from tests.rollouts.stage import collector_beats, signed_in
from tests.rollouts.views.steps import approve_form, ask, request_form, words

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def tier():
    found = ready_tier()
    collector_beats()
    return found


def failing(error: Exception):
    """Return an operation that ends with an error."""

    def broken(*_args: object, **_kwargs: object) -> None:
        raise error

    return broken


def browser(who):
    """Return a browser to which an error of ours is an answer."""
    client = signed_in(who)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_request_that_met_no_database_can_be_sent_again_as_it_was(tier, monkeypatch, error):
    client = browser(alice())
    form = request_form(client, tier, reason='typed "with" <care>')
    monkeypatch.setattr(tier_actions, "request_promotion", failing(error))

    response = ask(client, tier, form)

    shown = words(response)
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response["Retry-After"] == "5"
    assert "The database does not answer" in shown
    assert f'name="request_key" value="{form["request_key"]}"' in shown
    assert 'value="typed &quot;with&quot; &lt;care&gt;"' in shown
    assert shown.count('name="csrfmiddlewaretoken"') == 1

    monkeypatch.undo()
    assert ask(client, tier, form).status_code == HTTPStatus.FOUND
    assert ask(client, tier, form).status_code == HTTPStatus.FOUND
    assert Promotion.objects.count() == 1


def test_others_who_decide_at_this_moment_are_said_to(tier, monkeypatch):
    promotion = requested(tier)
    client = browser(bob())
    form = approve_form(client, promotion)
    words_of = "Others are deciding on this tier at this moment. Nothing was changed; try again."
    monkeypatch.setattr(promotion_actions, "approve_promotion", failing(Busy(words_of)))

    response = client.post(reverse("promotion-approve", args=[promotion.pk]), form)

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert words_of in words(response)
    assert "Send the same form again" in words(response)


def test_a_page_that_met_no_database_offers_itself_again(tier, monkeypatch):
    promotion = requested(tier)
    client = browser(bob())
    monkeypatch.setattr(promotions, "promotion_page", failing(OperationalError("gone")))

    response = client.get(reverse("promotion", args=[promotion.pk]))

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert f'href="/promotions/{promotion.pk}/"' in words(response)
    assert "<form" not in words(response).partition("<main")[2].partition("</main>")[0]


def test_any_other_error_is_ours(tier, monkeypatch):
    client = browser(alice())
    form = request_form(client, tier)
    monkeypatch.setattr(tier_actions, "request_promotion", failing(RuntimeError("oops")))

    response = ask(client, tier, form)

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Something broke on our side" in words(response)
