"""The forms of a target's page: what they do, and what a refused or wrong one answers."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from diffs.models import SideState
from ledger.clock import database_now
from rollouts.models import Target
from tests.rollouts.stage import person, stand, target, trail
from tests.rollouts.views.shown import page, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stage")]


def test_setting_aside_leads_back_to_the_page_which_says_so(bob):
    response = post(bob, "set-aside", reason="decommissioned, OPS-1", days="7", version=1)

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == reverse("target", args=[target("kube-1").pk])
    shown = page(bob)
    assert "Set aside" in shown
    assert "decommissioned, OPS-1" in shown
    assert "Count it again" in shown
    until = target("kube-1").set_aside_until
    assert until is not None
    days = (until - database_now()) / timedelta(days=1)
    assert 6.9 < days <= 7
    assert [action for action, _, _ in trail()] == ["target_set_aside"]


def test_counting_again_leads_back_to_the_page(bob):
    post(bob, "set-aside", reason="decommissioned, OPS-1", days="7", version=1)

    response = post(bob, "return", version=2)

    assert response.status_code == HTTPStatus.FOUND
    assert "Count it again" not in page(bob)
    assert target("kube-1").set_aside_until is None


def test_an_outdated_form_is_a_conflict_that_keeps_what_was_typed(bob):
    Target.objects.filter(pk=target("kube-1").pk).update(version=5)

    response = post(bob, "set-aside", reason="typed with care", days="30", version=1)

    shown = response.content.decode()
    assert response.status_code == HTTPStatus.CONFLICT
    assert "Somebody changed this target since you opened the page. Look again." in shown
    assert 'value="typed with care"' in shown
    assert '<option value="30" selected>' in shown
    assert '<input type="hidden" name="version" value="5"' in shown
    assert "hx-get" not in shown.partition('id="target"')[2].partition(">")[0]
    assert target("kube-1").set_aside_until is None


def test_the_form_of_a_conflict_can_be_sent_again(bob):
    Target.objects.filter(pk=target("kube-1").pk).update(version=5)
    post(bob, "set-aside", reason="typed with care", days="30", version=1)

    response = post(bob, "set-aside", reason="typed with care", days="30", version=5)

    assert response.status_code == HTTPStatus.FOUND


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": "", "days": "7"}, "Give a reason of 3 characters or more"),
        ({"reason": "ab", "days": "7"}, "Give a reason of 3 characters or more"),
        ({"reason": "y" * 501, "days": "7"}, "The reason has 501 characters. Say it in 500."),
        ({"reason": "read \u202e me", "days": "7"}, "invisible control character"),
        ({"reason": "a\tb\x1bc", "days": "7"}, "invisible control character"),
        ({"reason": "nul\x00nul", "days": "7"}, "invisible control character"),
        ({"reason": "a good one", "days": "400"}, "Choose for how many days."),
        ({"reason": "a good one"}, "Choose for how many days."),
    ],
)
def test_a_wrong_form_is_told_what_is_wrong_beside_the_field(bob, form, words):
    field = "days" if "days" in words else "reason"
    response = post(bob, "set-aside", version=1, **form)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    shown = response.content.decode()
    beside = re.findall(r'<p class="wrong"[^>]*>(.*?)</p>', shown)
    assert len(beside) == 1 and words in beside[0], beside
    assert words in shown.partition("Not done.")[2].partition("</div>")[0]
    assert re.search(rf'<(input|select)[^>]* name="{field}"[^>]* autofocus', shown)
    assert target("kube-1").set_aside_until is None
    assert trail() == []


@pytest.mark.parametrize("version", ["", "one", "9" * 30])
def test_a_form_that_names_no_state_of_the_target_says_so_and_shows_the_present_one(bob, version):
    response = post(bob, "set-aside", reason="typed with care", days="7", version=version)

    shown = response.content.decode()
    assert response.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert "Not done." in shown
    assert 'value="typed with care"' in shown
    assert '<input type="hidden" name="version" value="1"' in shown


def test_a_form_takes_nothing_that_it_does_not_ask_for(bob):
    stranger = person("mallory")

    post(
        bob, "set-aside", reason="decommissioned", days="7", version=1, mode="exec",
        set_aside_by=stranger.pk, set_aside_until="2099-01-01", generation=9, tier=1,
    )  # fmt: skip

    one = target("kube-1")
    assert (one.mode, one.generation, one.version) == ("shadow", 0, 2)
    assert one.set_aside_by is not None
    assert one.set_aside_by.username == "bob"


def test_what_is_set_aside_counts_again_by_itself_once_its_time_is_over(bob):
    stand(target("kube-1"), "different")
    post(bob, "set-aside", reason="moved to kube-9", days="1", version=1)
    tier = reverse("tier", args=["routesrv", "test"])
    assert "1 set aside, not counted" in bob.get(tier).content.decode()

    Target.objects.filter(pk=target("kube-1").pk).update(set_aside_until=database_now())

    shown = bob.get(tier).content.decode()
    assert "set aside" not in shown
    assert "What stands in the way" in shown
    assert "moved to kube-9" not in page(bob)


def test_a_suspect_table_is_acknowledged_at_the_size_that_the_page_showed(bob):
    one = target("kube-1")
    stand(one, "suspect", side="shadow")
    SideState.objects.create(source=one.source, side="shadow", routes=60, good_routes=100)
    assert '<input type="hidden" name="routes" value="60"' in page(bob)

    response = post(bob, "acknowledge", reason="namespace moved", version=1, routes=60)

    assert response.status_code == HTTPStatus.FOUND
    assert SideState.objects.get().good_routes == 60


def test_a_table_that_shrank_further_is_a_conflict(bob):
    one = target("kube-1")
    stand(one, "suspect", side="shadow")
    SideState.objects.create(source=one.source, side="shadow", routes=0, good_routes=100)

    response = post(bob, "acknowledge", reason="namespace moved", version=1, routes=60)

    shown = response.content.decode()
    assert response.status_code == HTTPStatus.CONFLICT
    assert "shrank further, to 0 routes" in shown
    assert 'value="namespace moved"' in shown
    assert '<input type="hidden" name="routes" value="0"' in shown


def test_acknowledging_a_sound_table_is_a_conflict(bob):
    stand(target("kube-1"), "equal")

    response = post(bob, "acknowledge", reason="namespace moved", version=1, routes=60)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "No table of this target is suspect any more." in response.content.decode()


@pytest.mark.parametrize("is_refused", [False, True])
def test_no_two_fields_of_the_page_share_an_id(bob, is_refused):
    stand(target("kube-1"), "suspect", side="shadow")
    form = {"reason": "", "days": "7", "version": 1}

    shown = post(bob, "set-aside", **form).content.decode() if is_refused else page(bob)

    ids = re.findall(r'\sid="([^"]*)"', shown)
    assert {"set-aside-reason", "acknowledge-reason"} <= set(ids)
    assert len(ids) == len(set(ids))
