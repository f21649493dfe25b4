"""The exact change for some chosen targets, before anybody asks for it; no script is needed."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from ledger.clock import database_now
from rollouts.models import Forecast
from rollouts.operations.ask_forecast import MOST_CHOICES, ask_forecast
from rollouts.operations.forecast_steps import forecast_steps
from tests.rollouts.operations.carrying import fleet_repository, ready
from tests.rollouts.promoting import alice, dave, evidence_of, requested
from tests.rollouts.stage import signed_in, target
from tests.rollouts.views.steps import (
    form_on,
    request_form,
    section,
    tier_path,
    without_tags,
    words,
)

pytestmark = [pytest.mark.django_db]

BROKEN = "config_items: {}\n"


@pytest.fixture
def repository(tmp_path, settings):
    return fleet_repository(tmp_path, settings)


def preview(client, tier, *aliases, **typed):
    """Tick some targets in the request form and press Preview."""
    form = request_form(client, tier, named=[target(one).pk for one in aliases], **typed)
    return client.post(reverse("tier-preview", args=[tier.rollout.key, tier.name]), form)


def change(client, path):
    """Return the card of a page that shows the change."""
    return section(words(client.get(path)), "preview")


def test_the_change_for_one_target_is_shown_alone_once_a_worker_told_it(repository):
    tier, client = ready(), signed_in(alice())

    answer = preview(client, tier, "kube-1")
    before = change(client, answer["Location"])
    forecast_steps(now=database_now())
    after = change(client, answer["Location"])

    assert answer.status_code == HTTPStatus.FOUND
    assert "A worker is working it out" in before
    assert "for kube-1 alone" in after
    assert "clusters/kube-1.yaml" in after
    assert "clusters/kube-2.yaml" not in after
    assert "It moves 1 cluster: kube-1." in without_tags(after)


def test_without_a_choice_the_change_of_all_is_shown(repository):
    tier, client = ready(), signed_in(alice())
    preview(client, tier, "kube-1")
    forecast_steps(now=database_now())

    shown = change(client, tier_path(tier))

    assert "for 2 targets" in shown
    assert "It moves 2 clusters: kube-1, kube-2." in without_tags(shown)


def test_the_button_is_in_the_form_and_what_was_ticked_stays_ticked(repository):
    tier, client = ready(), signed_in(alice())
    where = preview(client, tier, "kube-2")["Location"]

    shown = words(client.get(where))
    ask = section(shown, "ask")

    assert f'formaction="/rollouts/routesrv/{tier.name}/preview/"' in ask
    assert f'value="{target("kube-2").pk}" checked' in ask
    assert f'value="{target("kube-1").pk}" checked' not in ask


def test_why_a_choice_could_not_be_written_is_told_before_it_is_asked_for(repository):
    repository.commit({"clusters/kube-2.yaml": BROKEN})
    tier, client = ready(), signed_in(alice())
    good, bad = (preview(client, tier, one)["Location"] for one in ("kube-1", "kube-2"))
    forecast_steps(now=database_now())

    assert "could not be carried out" not in change(client, good)
    assert "There is no config_items.flag in clusters/kube-2.yaml" in change(client, bad)


def test_a_promotion_of_the_choice_begins_with_what_was_shown(repository):
    tier, client = ready(), signed_in(alice())
    preview(client, tier, "kube-1")
    forecast_steps(now=database_now())
    named, shown = {target("kube-1").pk}, evidence_of(tier)
    kept = {**shown, "targets": {"aws:1:eu:kube-1": shown["targets"]["aws:1:eu:kube-1"]}}

    promotion = requested(tier, named=named, shown=kept)

    assert "kube-1.yaml" in promotion.forecast["diff"]
    assert "kube-2.yaml" not in promotion.forecast["diff"]


def test_nobody_is_ticked_is_said_and_nothing_is_asked(repository):
    tier, client = ready(), signed_in(alice())

    answer = preview(client, tier)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Tick the targets of this tier whose change you want to see" in words(answer)
    assert not Forecast.objects.exclude(selection="").exists()


def test_only_who_may_ask_for_the_step_asks_for_its_preview(repository):
    tier = ready()
    form = {"to_mode": "exec", "named": [target("kube-1").pk]}
    path = reverse("tier-preview", args=[tier.rollout.key, tier.name])

    assert signed_in(dave()).post(path, form).status_code == HTTPStatus.FORBIDDEN
    assert signed_in(alice(), csrf=True).post(path, form).status_code == HTTPStatus.FORBIDDEN
    assert signed_in(alice()).get(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_target_of_another_tier_is_no_choice(repository):
    tier = ready()
    form = {"to_mode": "exec", "named": [target("kube-3").pk]}
    path = reverse("tier-preview", args=[tier.rollout.key, tier.name])

    answer = signed_in(alice()).post(path, form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_choices_make_room_for_newer_ones_and_are_forgotten(repository):
    tier, now = ready(), database_now()
    for number in range(MOST_CHOICES + 3):
        ask_forecast(tier, "exec", [number], now=now + timedelta(seconds=number))

    forecast_steps(now=now + timedelta(hours=1))

    rows = Forecast.objects.exclude(selection="")
    assert sorted(row.named for row in rows) == [[n] for n in range(3, MOST_CHOICES + 3)]
    assert not rows.exclude(made_at=None).exists()


@pytest.mark.parametrize("odd", ["named=x", "named=-1", "named=99999999999999", "named=999999"])
def test_an_address_that_names_nobody_shows_the_change_of_all(repository, odd):
    tier = ready()

    assert "for 2 targets" in change(signed_in(alice()), f"{tier_path(tier)}?{odd}")


def test_the_form_still_asks_for_the_step_itself(repository):
    tier = ready()

    assert form_on(signed_in(alice()), tier_path(tier), "tier-request").method == "post"
