"""The inbox and the list of promotions: what waits for whom, and what is ready soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.models import Promotion, Target
from rollouts.permissions.roles import Role
from tests.rollouts.promoting import (
    PROVEN,
    alice,
    approved,
    bob,
    carol,
    dave,
    ready_tier,
    requested,
)
from tests.rollouts.stage import collector_beats, person, signed_in, stand, target
from tests.rollouts.views.steps import words

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def promotion():
    tier = ready_tier()
    tier.policy = {**tier.policy, "quorum": 2}
    tier.save()
    collector_beats()
    bob(), carol()
    return requested(tier)


def inbox(who) -> str:
    return words(signed_in(who).get("/inbox/"))


def card(shown: str, title: str) -> str:
    """Return the card under a heading."""
    return shown.partition(f'id="{title}-title"')[2].partition("</section>")[0]


def test_a_promotion_waits_for_each_approver_who_neither_asked_nor_approved(promotion):
    approved(promotion, actor=carol())

    assert promotion.name in card(inbox(bob()), "yours")
    assert promotion.name not in card(inbox(carol()), "yours")
    assert promotion.name not in card(inbox(alice()), "yours")
    assert promotion.name not in card(inbox(dave()), "yours")


def test_who_asked_and_who_approved_see_what_they_wait_for(promotion):
    approved(promotion, actor=carol())

    for who in (alice(), carol()):
        others = card(inbox(who), "others")
        assert promotion.name in others
        assert "It waits for bob · 1 of 2 approved." in others
    assert promotion.name not in card(inbox(bob()), "others")


def test_the_count_stands_in_the_title_and_beside_the_link_on_every_page(promotion):
    for path in ("/inbox/", "/", "/promotions/"):
        shown = words(signed_in(bob()).get(path))
        assert 'Inbox <span class="count" id="inbox-count">1</span>' in shown
    assert "<title>(1) Inbox" in inbox(bob())
    assert "<title>Inbox" in inbox(dave())
    assert '<span class="count" id="inbox-count" hidden>0</span>' in inbox(dave())


def test_what_one_has_approved_or_asked_for_is_not_counted(promotion):
    approved(promotion, actor=carol())

    for who in (carol(), alice(), person("alice", Role.APPROVER)):
        shown = words(signed_in(who).get("/promotions/"))
        assert '<span class="count" id="inbox-count" hidden>0</span>' in shown


def test_an_open_page_learns_of_the_count(promotion):
    frame = words(signed_in(bob()).get("/frame/"))

    assert '<span class="count" id="inbox-count" hx-swap-oob="true">1</span>' in frame


def test_an_approver_of_another_tier_is_not_waited_for(promotion):
    eve = person("eve", Role.APPROVER, rollout="routesrv", tier="production")

    assert promotion.name not in card(inbox(eve), "yours")
    assert "eve" not in card(inbox(bob()), "yours")


def test_a_part_brings_the_title_along(promotion):
    headers = {"HX-Request": "true", "HX-Target": "inbox"}

    part = signed_in(bob()).get("/inbox/", headers=headers).content.decode()

    assert "<title>(1) Inbox · Penumbra</title>" in part
    assert "<html" not in part


def test_a_tier_whose_gates_are_all_open_is_ready_to_ask_for(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="withdrawn")

    ready = card(inbox(dave()), "ready")

    assert "/rollouts/routesrv/test/#next-step" in ready
    assert "every gate of the step to exec is open" in ready


def test_a_tier_that_lacks_only_time_is_soon_ready_with_how_long(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="withdrawn")
    stand(target("kube-2"), **{**PROVEN, "clean_seconds": 2700.0})

    soon = card(inbox(dave()), "soon")

    assert "soak 75 %, 15 min to go" in soon
    assert 'stroke-dasharray="75 100"' in soon


def test_a_tier_that_waits_for_the_bake_of_another_is_soon_ready(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="withdrawn")
    tier = promotion.tier
    tier.policy = {**tier.policy, "bake_seconds": 3600}
    tier.save()
    since = database_now() - timedelta(seconds=1800)
    Target.objects.filter(tier=tier).update(mode="exec", observed_mode="exec", mode_since=since)
    for alias in ("kube-1", "kube-2", "kube-3"):
        stand(target(alias), **PROVEN)

    assert "test bakes, 50 %, 30 min to go" in card(inbox(dave()), "soon")


def test_while_nobody_looks_nothing_is_ready(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="withdrawn")
    collector_beats(seconds_ago=60)

    shown = inbox(dave())

    assert "Nobody looks, so nothing is judged." in card(shown, "ready")
    assert "No tier waits for time alone." in card(shown, "soon")


def listed(query: str = "") -> str:
    return words(signed_in(dave()).get(f"/promotions/{query}")).partition("<main")[2]


def test_the_list_tells_of_each_promotion_what_it_waits_for_or_why_it_ended(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="failed", state_reason="Never seen.")
    waits = requested(promotion.tier)

    rows = listed().partition("<tbody>")[2]

    assert rows.index(waits.name) < rows.index(promotion.name)
    assert "waits for bob and carol" in rows
    assert "Never seen." in rows


def test_the_list_is_narrowed_by_state_and_rollout(promotion):
    row = f'href="/promotions/{promotion.pk}/"'

    assert row in listed("?state=open")
    assert row not in listed("?state=done")
    assert row in listed("?rollout=routesrv&state=nonsense")
    assert "None of that kind" in listed("?state=failed")


def test_the_list_comes_in_pages(promotion):
    for number in range(30):
        Promotion.objects.filter(state="pending").update(state="withdrawn")
        requested(promotion.tier, reason=f"try {number}")

    first, second = listed(), listed("?page=2")

    assert first.count("<tr>") == 26
    assert second.count("<tr>") == 7
    assert "1 to 25 of 31 promotions" in first


def test_an_empty_list_says_how_one_begins():
    collector_beats()

    assert "No promotion yet" in listed()
