"""Drafting a rule: what it takes, and what stays as it was."""

from __future__ import annotations

import pytest

from diffs.models import Difference, Rule
from ledger.clock import database_now
from rollouts.operations.decide_rule import RuleRefused
from rollouts.operations.draft_rule import draft_rule
from rollouts.permissions.roles import Role
from tests.diffs.operations.recorded import KEEP_LAST
from tests.rollouts.ruling import IN_TEST, alice, differing_fleet, draft, drafted, previewed
from tests.rollouts.stage import person, trail

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def variant():
    return differing_fleet()


def test_a_draft_says_all_that_was_chosen_and_hides_nothing(variant):
    rule = drafted(made_from=variant.difference_id)

    assert (rule.state, rule.author, rule.made_from) == ("draft", alice(), variant.difference)
    assert rule.content["scope"] == {"rollout": "routesrv", "tier": "test"}
    assert ("rule_drafted", f"rule {rule.name} keep-last", "alice") in trail()
    assert Difference.objects.get().gone_at is None


def test_the_same_form_sent_twice_is_one_rule():
    one = drafted(key="a" * 32)

    assert drafted(key="a" * 32) == one
    assert Rule.objects.count() == 1


def test_another_rule_under_the_same_form_is_refused():
    drafted(key="a" * 32)

    with pytest.raises(RuleRefused, match="another rule"):
        drafted({**IN_TEST, "side": "both"}, key="a" * 32)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"content": {**KEEP_LAST, "kind": "hide-all"}}, "no kind of rule"),
        ({"content": {"kind": "ignore-id", "options": {"pattern": {"re2": ".*"}}}}, "matches"),
        ({"content": {**IN_TEST, "scope": {"rollout": "no-such"}}}, "covers no tier"),
        ({"reason": "x"}, "Give a reason"),
        ({"days": 181}, "at most 180 days"),
        ({"days": 0}, "in the future"),
        ({"made_from": 4711}, "no such difference"),
        ({"replaces": 4711}, "next version"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_words_and_on_the_trail(fields, words):
    with pytest.raises(RuleRefused, match=words):
        draft_rule(draft(**fields), actor=alice(), now=database_now())

    assert trail()[-1] == ("rule_draft_refused", "rules", "alice")
    assert not Rule.objects.exists()


def test_a_deactivated_owner_looks_after_nothing():
    gone = person("gone", Role.REQUESTER)
    gone.is_active = False
    gone.save()

    with pytest.raises(RuleRefused, match="owner"):
        drafted(owner=gone)


def test_whoever_may_only_look_drafts_nothing():
    with pytest.raises(RuleRefused, match="Requesters, approvers and operators of test"):
        drafted(actor=person("vera", Role.VIEWER))


def test_whoever_asks_in_one_tier_drafts_there_and_not_in_another():
    tim = person("tim", Role.REQUESTER, rollout="routesrv", tier="test")

    assert drafted(actor=tim).author == tim
    with pytest.raises(RuleRefused):
        drafted({**IN_TEST, "scope": {"rollout": "cache"}}, actor=tim)


def test_a_preview_asked_for_twice_is_one():
    rule = drafted()

    previewed(previewed(rule))

    assert [one for one, *_ in trail()].count("rule_preview_started") == 2
    assert rule.previews.count() == 2
