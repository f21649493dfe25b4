"""Where else differences are read of: the inbox, a target's page, its tier, the trail, a notice."""

from __future__ import annotations

import pytest
from django.urls import reverse

from diffs.models import Difference
from diffs.verdicts import Verdict
from ledger.clock import database_now
from rollouts.operations.agree_with_review import agree_with_review
from rollouts.permissions.roles import Role
from rollouts.queries.difference_notice import new_notice
from rollouts.queries.told_differences import fresh_differences
from tests.rollouts import differing
from tests.rollouts.differing import difference, said, shown_by
from tests.rollouts.stage import collector_beats, load, person, signed_in, stand, target
from tests.rollouts.views.steps import section, words

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def one() -> Difference:
    load()
    collector_beats()
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), "different", differences=2, expected=1)
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b")
    return found


def inbox(who) -> str:
    return words(signed_in(who).get(reverse("inbox")))


def test_the_inbox_has_what_waits_for_a_second_person_but_not_for_its_first(one):
    review = said(one, Verdict.EXPECTED)

    assert one.name in section(inbox(differing.carol()), "seconds")
    assert "bob said it is expected" in inbox(differing.carol())
    for who in (
        differing.bob(),
        differing.ann(),
        person("eva", Role.APPROVER, rollout="cache"),
    ):
        assert "seconds-title" not in inbox(who)
    agree_with_review(review, actor=differing.carol(), now=database_now())
    assert "seconds-title" not in inbox(differing.olga())


def test_the_inbox_has_the_differences_that_one_owns(one):
    said(one, Verdict.BUG, owner=differing.carol())

    assert one.name in section(inbox(differing.carol()), "owned")
    assert "owned-title" not in inbox(differing.bob())
    Difference.objects.update(gone_at=database_now())
    assert "owned-title" not in inbox(differing.carol())


def test_a_target_leads_to_what_its_difference_is_over_the_fleet(one):
    path = reverse("target-differences", args=[target("kube-1").pk])

    shown = words(signed_in(differing.vera()).get(path))

    assert f'href="{reverse("difference", args=[one.pk])}">{one.name} over the fleet' in shown


def test_a_tier_says_how_many_of_its_differences_are_expected(one):
    shown = words(signed_in(differing.vera()).get(reverse("tier", args=["routesrv", "test"])))

    assert '2<small class="quiet"> · 1 expected</small>' in shown


def test_the_trail_leads_to_the_difference(one):
    said(one, Verdict.BUG)

    shown = words(signed_in(differing.vera()).get(reverse("audit")))

    assert f'href="{reverse("difference", args=[one.pk])}"' in shown


def test_a_notice_leads_to_the_one_difference_that_it_tells_of_and_else_to_all(one, settings):
    rollout = target("kube-1").rollout
    news = fresh_differences(rollout, now=database_now())
    notice = new_notice(rollout, news, now=database_now())
    assert notice.link == settings.BASE_URL + reverse("difference", args=[one.pk])

    shown_by(difference("other"), target("kube-3"), "kube_c")

    news = fresh_differences(rollout, now=database_now())
    notice = new_notice(rollout, news, now=database_now())
    assert notice.link == settings.BASE_URL + reverse("differences") + "?rollout=routesrv"
