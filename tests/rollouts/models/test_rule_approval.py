"""No path leads an author to the activation of their own rule, and no rule changes what it says."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from diffs.apps import WRITTEN
from diffs.models import Difference, Rule, RulePreview
from tests.diffs.operations.recorded import drafted
from tests.factories import NOW, UserFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

GIVEN = (
    "INSERT INTO rollouts_ruleapproval"
    " (rule_id, author_id, approver_id, preview_id, approved_at) VALUES (%s, %s, %s, %s, %s)"
)


def ask(statement, *values):
    """Run a statement in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def rule():
    return drafted()


@pytest.fixture
def preview(rule):
    return RulePreview.objects.create(rule=rule, started_by=rule.author, started_at=NOW)


def test_the_author_is_not_written_as_who_activated_it(rule):
    with pytest.raises(IntegrityError, match="another_person_activates"):
        ask(
            "UPDATE diffs_rule SET state = 'active', activated_by_id = author_id WHERE id = %s",
            rule.pk,
        )


def test_nobody_makes_a_rule_active_without_a_person(rule):
    with pytest.raises(IntegrityError, match="active_by_a_person"):
        ask("UPDATE diffs_rule SET state = 'active' WHERE id = %s", rule.pk)


def test_the_author_gives_no_word(rule, preview):
    with pytest.raises(IntegrityError, match="nobody_activates_their_own"):
        ask(GIVEN, rule.pk, rule.author_id, rule.author_id, preview.pk, NOW)


def test_nor_by_naming_another_author(rule, preview):
    other = UserFactory.create()

    with pytest.raises(IntegrityError):
        ask(GIVEN, rule.pk, other.pk, rule.author_id, preview.pk, NOW)


def test_one_person_gives_one_word(rule, preview):
    other = UserFactory.create()
    ask(GIVEN, rule.pk, rule.author_id, other.pk, preview.pk, NOW)

    with pytest.raises(IntegrityError):
        ask(GIVEN, rule.pk, rule.author_id, other.pk, preview.pk, NOW)


def test_a_word_that_was_given_stays(rule, preview):
    other = UserFactory.create()
    ask(GIVEN, rule.pk, rule.author_id, other.pk, preview.pk, NOW)

    for statement in (
        "DELETE FROM rollouts_ruleapproval",
        "UPDATE rollouts_ruleapproval SET approved_at = approved_at",
    ):
        with pytest.raises(IntegrityError):
            ask(statement)


@pytest.mark.parametrize("column", WRITTEN)
def test_what_a_rule_says_never_changes(rule, column):
    shape = Difference.objects.create(rollout="routesrv", shape="v1:0")
    other = {"author_id": UserFactory.create().pk, "made_from_id": shape.pk}
    values = {**other, "replaces_id": rule.pk, "content": "{}", "made_at": NOW, "expires_at": NOW}

    with pytest.raises(IntegrityError, match=f"{column} never changes"):
        ask(f"UPDATE diffs_rule SET {column} = %s", values.get(column, "another"))  # noqa: S608

    assert Rule.objects.get(pk=rule.pk).content == rule.content


@pytest.mark.parametrize("state", ["retired", "discarded"])
def test_a_rule_that_ended_does_not_come_back(state):
    drafted(state=state)

    with pytest.raises(IntegrityError):
        ask("UPDATE diffs_rule SET state = 'draft'")


def test_two_previews_of_a_rule_do_not_run_at_once(rule, preview):
    with pytest.raises(IntegrityError):
        RulePreview.objects.create(rule=rule, started_by=rule.author, started_at=NOW)
