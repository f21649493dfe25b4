"""Activating a rule: who may, on what, and what nobody may hide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from diffs.models import Review, Rule, RulePreview, SourceState, Variant
from diffs.queries import since_preview
from ledger.clock import database_now
from rollouts.models import RuleApproval
from rollouts.operations.activate_rule import OUTDATED_PAGE, activate_rule
from rollouts.operations.decide_rule import RuleRefused
from rollouts.operations.preview_rule import cancel_preview, start_preview
from rollouts.permissions.roles import Role
from tests.diffs.operations.recorded import judged, record
from tests.ledger.at_once import at_once
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
from tests.rollouts.stage import person, target, trail

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

ALL_OF_IT = {
    "kind": "ignore-id",
    "options": {"pattern": {"glob": "kube_*"}},
    "side": "both",
    "scope": {"rollout": "routesrv", "tier": "test"},
}


@pytest.fixture(autouse=True)
def variant():
    return differing_fleet()


@pytest.fixture
def rule():
    """A rule of one tier that asks for one approver, with a preview."""
    return previewed(drafted())


def refused(rule, actor=None):
    """Return in which words a person is refused; nothing may be active then."""
    with pytest.raises(RuleRefused) as refusal:
        activated(rule, actor=actor)
    assert trail()[-1][0] == "rule_activate_refused"
    assert not Rule.objects.filter(state="active").exists()
    return str(refusal.value)


def test_a_second_person_activates_it_and_the_targets_are_looked_at(rule):
    later = database_now() + timedelta(hours=1)
    SourceState.objects.update(next_look_at=later)

    row = activated(rule)

    assert (row.state, row.activated_by) == ("active", bob())
    assert trail()[-1] == ("rule_activated", f"rule {row.name} keep-last", "bob")
    waiting = SourceState.objects.filter(next_look_at=later)
    assert {
        one.source.labels["tier"] for one in waiting if one.source.labels["rollout"] == "routesrv"
    } == {"production"}


def test_the_author_cannot_whatever_their_role(rule):
    person("alice", Role.APPROVER)

    assert "somebody else" in refused(rule, alice())


def test_only_an_approver_of_every_tier_that_it_covers_can(variant):
    rule = previewed(drafted(EVERYWHERE))
    tim = person("tim", Role.APPROVER, rollout="routesrv", tier="test")

    assert "you are no approver there" in refused(rule, tim)
    assert "production" in refused(rule, tim)


def test_it_takes_as_many_as_the_strictest_tier_asks_for():
    rule = previewed(drafted(EVERYWHERE))

    assert activated(rule).state == "draft"
    assert activated(rule).state == "draft"
    assert activated(rule, actor=carol()).state == "active"

    assert RuleApproval.objects.count() == 2
    told = [action for action, *_ in trail() if action.startswith("rule_a")]
    assert told == ["rule_approval_given", "rule_activated"]


def test_the_word_of_who_lost_the_role_counts_no_more():
    rule = previewed(drafted(EVERYWHERE))
    activated(rule)
    User.objects.filter(username="bob").update(is_active=False)

    assert activated(rule, actor=carol()).state == "draft"


def test_a_word_for_one_preview_does_not_count_for_the_next():
    rule = previewed(drafted(EVERYWHERE))
    activated(rule)
    previewed(rule)

    assert activated(rule, actor=carol()).state == "draft"


def test_without_a_preview_nobody_can():
    assert "Start the preview" in refused(drafted())


def test_a_preview_that_was_cancelled_or_is_under_way_is_none():
    rule = drafted()
    start_preview(rule.pk, actor=alice(), now=database_now())
    assert "not through yet" in refused(rule)

    cancel_preview(rule.pk, actor=alice(), now=database_now())

    assert "was cancelled" in refused(rule)


def test_a_preview_of_the_day_before_is_none(rule):
    RulePreview.objects.update(ended_at=database_now() - timedelta(hours=24, minutes=1))

    assert "older than 24 hours" in refused(rule)


def test_a_bug_is_hidden_by_nobody(rule, variant):
    review = judged(variant)

    assert f"D-{variant.difference_id}, judged a bug" in refused(rule)

    Review.objects.filter(pk=review.pk).update(undone_at=database_now(), undone_by=carol())
    Variant.objects.update(review=None)
    assert activated(rule).state == "active"


def test_a_bug_that_is_gone_counts_as_well(variant):
    gone = record(target("kube-1").source, "kube_b__1", is_present=False, days_ago=5).variant
    judged(gone)

    assert "judged a bug" in refused(previewed(drafted()))


def test_everything_of_more_than_one_sort_is_hidden_by_nobody():
    record(target("kube-1").source, "kube_a__2", '* -> "http://a"', '* -> "http://b"')

    assert "everything at aws:1:eu:kube-1" in refused(previewed(drafted(ALL_OF_IT)))


def test_a_difference_that_came_since_the_preview_asks_for_another(variant):
    rule = previewed(
        drafted(
            {
                **ALL_OF_IT,
                "scope": {"rollout": "routesrv", "target": "aws:1:eu:kube-2", "tier": "test"},
            }
        )
    )
    came = record(
        target("kube-2").source, "kube_a__2", '* -> "http://a"', '* -> "http://b"'
    ).variant

    assert f"also hide D-{came.difference_id}, new since" in refused(rule)


def test_more_than_can_be_looked_through_is_not_guessed(rule, monkeypatch):
    monkeypatch.setattr(since_preview, "MOST", 0)
    record(target("kube-2").source, "kube_a__2", '* -> "http://a"', '* -> "http://b"')

    assert "Too much changed" in refused(rule)


def test_another_difference_that_it_leaves_alone_does_not(rule):
    record(target("kube-2").source, "kube_a__2", '* -> "http://a"', '* -> "http://b"')

    assert activated(rule).state == "active"


def test_a_rule_that_became_active_since_asks_for_another_preview(rule):
    other = {"kind": "ignore-zone", "scope": {"rollout": "routesrv"}}
    later = previewed(drafted(other))
    activated(later), activated(later, actor=carol())

    with pytest.raises(RuleRefused, match="Other rules came or went"):
        activated(rule)


def test_what_changed_in_the_row_past_every_guard_is_not_what_was_previewed(rule):
    preview = RulePreview.objects.get()
    preview.result = {**preview.result, "content": "0" * 64}
    preview.save()

    assert "another text" in refused(rule)


def test_a_rule_past_its_date_is_not_activated(rule):
    with pytest.raises(RuleRefused, match="has expired"):
        activate_rule(rule.pk, preview_id=1, actor=bob(), now=rule.expires_at)


def test_a_page_that_showed_another_preview_is_refused(rule):
    with pytest.raises(RuleRefused) as refusal:
        activate_rule(rule.pk, preview_id=4711, actor=bob(), now=database_now())

    assert str(refusal.value) == OUTDATED_PAGE


def test_of_fifty_people_at_once_one_activates_it(rule):
    people = [person(f"approver-{number}", Role.APPROVER) for number in range(50)]

    answers = at_once(50, lambda number: activated(rule, actor=people[number]).state)

    assert answers.count("active") == 1
    refusals = {str(one) for one in answers if one != "active"}
    assert refusals == {f"{rule.name} is active already."}
    assert RuleApproval.objects.count() == 1
    assert [one for one, *_ in trail()].count("rule_activated") == 1


def test_fifty_clicks_of_one_person_are_one_word():
    rule = previewed(drafted(EVERYWHERE))
    bob()

    answers = at_once(50, lambda _: activated(rule).state)

    assert answers == ["draft"] * 50
    assert RuleApproval.objects.count() == 1
