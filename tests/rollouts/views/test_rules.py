"""The pages of rules: the ledger, one rule, a new one; and what their buttons do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from diffs.models import Rule, SourceState
from diffs.operations.claim_previews import claim_previews
from ledger.clock import database_now
from rollouts.permissions.roles import Role
from tests.diffs.operations.recorded import judged
from tests.rollouts.ruling import (
    EVERYWHERE,
    activated,
    alice,
    bob,
    carol,
    differing_fleet,
    drafted,
    previewed,
)
from tests.rollouts.stage import give_password, person, signed_in, target, trail

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def variant():
    return differing_fleet()


@pytest.fixture
def rule(variant):
    return previewed(drafted(made_from=variant.difference_id))


def page(client, path):
    """Return the text of a page, its blanks as one."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_without_a_rule_the_ledger_says_so(variant):
    assert "No rule yet" in page(signed_in(alice()), "/rules/")


def test_the_ledger_tells_what_a_rule_does_where_and_what_it_hides(rule):
    activated(rule)
    for alias, hits in (("kube-1", 3), ("kube-2", 4)):
        state = SourceState.objects.filter(source=target(alias).source)
        state.update(hits={str(rule.pk): hits})

    text = page(signed_in(alice()), "/rules/")

    assert "Keep only the last of repeated filters" in text
    assert "rollout routesrv, tier test" in text
    assert "7 routes at 2 targets" in text
    assert "written by alice, activated by bob" in text


def test_facets_count_and_narrow(rule):
    activated(rule)
    drafted(EVERYWHERE)

    client = signed_in(alice())

    assert "active 1 remove? 0 draft 1" in page(client, "/rules/")
    narrowed = client.get("/rules/?state=draft").content.decode()
    assert f"/rules/R-{rule.pk}/" not in narrowed
    assert "None of that kind" in page(client, "/rules/?state=retired")


def test_a_rule_without_a_hit_in_two_weeks_is_proposed_to_be_removed(rule):
    activated(rule)
    client = signed_in(alice())
    assert "Remove it?" not in page(client, f"/rules/R-{rule.pk}/")

    long_ago = database_now() - timedelta(days=15)
    Rule.objects.update(activated_at=long_ago)

    assert "Remove it?" in page(client, f"/rules/R-{rule.pk}/")
    assert "no hit in 14 days" in page(client, "/rules/?state=idle")
    Rule.objects.update(last_hit_at=database_now())
    assert "Remove it?" not in page(client, f"/rules/R-{rule.pk}/")


def test_the_page_of_a_rule_says_what_its_preview_came_to(rule, variant):
    text = page(signed_in(bob()), f"/rules/R-{rule.pk}/")

    assert "Closes 0 differences" in text
    assert "Hides now 2 routes at 2 targets" in text
    assert f"D-{variant.difference_id}" in text
    assert "Example 1 of 2" in text
    assert "1 approver of it has to agree, not counting alice" in text


def test_whoever_may_not_activate_reads_why(rule):
    assert "somebody else has to activate it" in page(signed_in(alice()), f"/rules/R-{rule.pk}/")
    vera = signed_in(person("vera", Role.VIEWER))
    assert "you are no approver there" in page(vera, f"/rules/R-{rule.pk}/")


def test_a_bug_is_named_and_nothing_is_offered(rule, variant):
    judged(variant)

    text = page(signed_in(bob()), f"/rules/R-{rule.pk}/")

    assert f"It would hide D-{variant.difference_id}, judged a bug" in text
    assert "Type R-" not in text


def test_a_second_person_activates_it_from_the_page(rule):
    client = signed_in(bob())
    preview = rule.previews.latest("pk").pk

    answer = client.post(
        f"/rules/R-{rule.pk}/activate/", {"preview": preview, "confirm": rule.name}
    )

    assert answer.status_code == 302
    assert Rule.objects.get().state == "active"


@pytest.mark.parametrize("typed", ["", "R-0", "r-1"])
def test_the_name_has_to_be_typed(rule, typed):
    preview = rule.previews.latest("pk").pk

    answer = signed_in(bob()).post(
        f"/rules/R-{rule.pk}/activate/", {"preview": preview, "confirm": typed}
    )

    assert answer.status_code == 422
    assert Rule.objects.get().state == "draft"


def test_the_password_is_asked_for_again_after_five_minutes(rule):
    client = signed_in(bob())
    give_password(client, database_now() - timedelta(minutes=6))
    preview = rule.previews.latest("pk").pk

    assert "Your password" in page(client, f"/rules/R-{rule.pk}/")
    answer = client.post(
        f"/rules/R-{rule.pk}/activate/", {"preview": preview, "confirm": rule.name}
    )

    assert answer.status_code == 422
    assert Rule.objects.get().state == "draft"


def test_the_author_is_refused_with_words_and_on_the_trail(rule):
    person("alice", Role.APPROVER)
    preview = rule.previews.latest("pk").pk

    answer = signed_in(alice()).post(
        f"/rules/R-{rule.pk}/activate/", {"preview": preview, "confirm": rule.name}
    )

    assert answer.status_code == 409
    assert "somebody else has to activate it" in answer.content.decode()
    assert trail()[-1][0] == "rule_activate_refused"


def test_the_page_says_who_agreed_and_who_is_missing(variant):
    rule = previewed(drafted(EVERYWHERE))
    activated(rule)

    assert "You agreed. 1 more needed, for routesrv/production" in page(
        signed_in(bob()), f"/rules/R-{rule.pk}/"
    )
    assert "Agreed: bob" in page(signed_in(carol()), f"/rules/R-{rule.pk}/")


def test_a_preview_is_started_watched_and_cancelled(variant):
    rule, client = drafted(), signed_in(alice())

    client.post(f"/rules/R-{rule.pk}/preview/")
    assert "Waits for a worker" in page(client, f"/rules/R-{rule.pk}/")
    assert 'data-poll="2"' in client.get(f"/rules/R-{rule.pk}/").content.decode()
    client.post(f"/rules/R-{rule.pk}/cancel/")

    assert "cancelled" in page(client, f"/rules/R-{rule.pk}/")
    assert claim_previews(now=database_now()) == []


def test_a_poll_of_an_unchanged_rule_costs_no_page(rule):
    client, path = signed_in(bob()), f"/rules/R-{rule.pk}/"
    headers = {"HX-Request": "true", "HX-Target": "rule"}
    etag = client.get(path, headers=headers)["ETag"]

    assert client.get(path, headers={**headers, "If-None-Match": etag}).status_code == 304


def test_an_active_rule_is_retired_with_a_reason(rule):
    activated(rule)
    client = signed_in(alice())

    assert client.post(f"/rules/R-{rule.pk}/retire/", {"reason": ""}).status_code == 422
    assert client.post(f"/rules/R-{rule.pk}/retire/", {"reason": "too wide"}).status_code == 302

    assert Rule.objects.get().state == "retired"
    assert "Draft the next version" in page(client, f"/rules/R-{rule.pk}/")


def test_the_short_name_leads_to_the_page(rule):
    assert signed_in(alice()).get(f"/R-{rule.pk}/").url == f"/rules/R-{rule.pk}/"
    assert signed_in(alice()).get("/rules/R-4711/").status_code == 404
