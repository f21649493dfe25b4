"""A rule ends: replaced, retired or discarded; none of it makes anything riskier."""

from __future__ import annotations

import pytest

from diffs.models import Rule, RulePreview
from ledger.clock import database_now
from rollouts.models import Tier
from rollouts.operations.decide_rule import RuleRefused
from rollouts.operations.end_rule import discard_rule, retire_rule
from rollouts.operations.preview_rule import start_preview
from rollouts.permissions.roles import Role
from tests.rollouts.ruling import activated, alice, differing_fleet, drafted, previewed
from tests.rollouts.stage import person, trail

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rule():
    """A rule of one tier that asks for one approver, with a preview."""
    differing_fleet()
    return previewed(drafted())


def test_its_next_version_takes_its_place(rule):
    activated(rule)
    replacing = previewed(drafted(replaces=rule.pk))

    activated(replacing)

    states = dict(Rule.objects.values_list("pk", "state"))
    assert states == {rule.pk: "retired", replacing.pk: "active"}


def test_one_person_retires_it_at_once(rule):
    activated(rule)

    row = retire_rule(rule.pk, reason="it hid too much", actor=alice(), now=database_now())

    assert (row.state, row.ended_by) == ("retired", alice())
    assert trail()[-1][0] == "rule_retired"
    retire_rule(rule.pk, reason="it hid too much", actor=alice(), now=database_now())
    assert [one for one, *_ in trail()].count("rule_retired") == 1


def test_whoever_may_only_look_retires_nothing(rule):
    activated(rule)

    with pytest.raises(RuleRefused):
        retire_rule(
            rule.pk, reason="because", actor=person("vera", Role.VIEWER), now=database_now()
        )

    assert Rule.objects.get(pk=rule.pk).state == "active"


def test_a_discarded_draft_is_not_activated_and_its_preview_ends(rule):
    start_preview(rule.pk, actor=alice(), now=database_now())

    discard_rule(rule.pk, actor=alice(), now=database_now())

    assert RulePreview.objects.latest("pk").state == "cancelled"
    with pytest.raises(RuleRefused, match="discarded"):
        activated(rule)


def test_another_requester_discards_nothing_of_alices(rule):
    with pytest.raises(RuleRefused, match="Its author and approvers"):
        discard_rule(rule.pk, actor=person("tim", Role.REQUESTER), now=database_now())


def test_a_rule_whose_tier_is_gone_can_still_be_retired(rule):
    activated(rule)
    Tier.objects.update(removed_at=database_now())

    row = retire_rule(rule.pk, reason="its tier is gone", actor=alice(), now=database_now())

    assert row.state == "retired"
