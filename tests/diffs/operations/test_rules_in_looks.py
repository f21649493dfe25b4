"""Rules in force decide what a look comes to, are counted, and restart whom they touch."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from diffs.models import Comparison, Finding, Occurrence, Rule, RuleState
from tests.factories import NOW, UserFactory
from tests.servers import answers
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

TEN = some_routes(10)
MORE = TEN | {"kubeew_a": '"http://a"', "kubeew_b": '"http://b"'}
IGNORE = {"kind": "ignore-id", "side": "legacy", "options": {"pattern": {"glob": "kubeew_*"}}}
EXPLAIN = {"kind": "explained-by-invalid"}


def active(content, **columns):
    """Put a rule in force."""
    author, other = UserFactory.create(), UserFactory.create()
    return Rule.objects.create(
        content=content,
        reason="Routes of another client.",
        author=author,
        owner=author,
        made_at=NOW,
        request_key=f"{Rule.objects.count()}",
        **{
            "state": RuleState.ACTIVE,
            "activated_by": other,
            "activated_at": NOW,
            "expires_at": NOW + timedelta(days=90),
            **columns,
        },
    )


@pytest.fixture
def noisy(watched):
    """A source whose legacy side has two routes more."""
    watched.pair.legacy.say(MORE)
    watched.pair.shadow.say(TEN)
    return watched


def test_what_rules_hide_is_equal_after_rules_and_soaks(noisy):
    rule = active(IGNORE)

    outcomes = [noisy.look(), noisy.look()]

    state = noisy.state
    assert outcomes == ["equal_after_rules", "equal_after_rules"]
    assert (state.hidden, state.hits, state.differences) == (2, {str(rule.pk): 2}, 0)
    assert state.clean_seconds == 60
    assert state.sentence.endswith("once rules are applied: 2 hidden.")
    assert not Occurrence.objects.exists()


def test_what_rules_hide_is_kept_for_previews(noisy):
    active(IGNORE)

    noisy.look()

    assert set(Finding.objects.values_list("key", flat=True)) == {"kubeew_a", "kubeew_b"}


@pytest.mark.parametrize(
    "columns",
    [
        {"state": RuleState.DRAFT, "activated_by": None},
        {"state": RuleState.RETIRED},
        {"expires_at": NOW},
        {"content": {**IGNORE, "scope": {"tier": "elsewhere"}}},
        {"content": {"kind": "no such kind"}},
    ],
    ids=["draft", "retired", "expired", "another scope", "unreadable"],
)
def test_a_rule_that_is_not_in_force_here_hides_nothing(noisy, columns):
    active(columns.pop("content", IGNORE), **columns)

    noisy.look()

    assert noisy.look(after=7) == "different"
    assert noisy.state.hidden == 0


def test_a_difference_that_no_rule_hides_is_seen_beside_the_hidden(noisy):
    active(IGNORE)
    noisy.pair.shadow.say(some_routes(10, r3='"http://other"'))

    outcomes = [noisy.look(), noisy.look(after=7)]

    assert outcomes == ["unconfirmed", "different"]
    assert (noisy.state.differences, noisy.state.hidden) == (1, 2)
    assert noisy.state.unkept == 0


def test_the_same_pair_under_the_same_rules_is_compared_once(noisy):
    active(IGNORE)

    noisy.look()
    noisy.look()

    assert Comparison.objects.count() == 1


def test_a_rule_that_begins_to_hide_restarts_the_clock_of_whom_it_touches(watched):
    watched.pair.say(TEN)
    assert [watched.look(), watched.look()] == ["equal", "equal"]
    active(EXPLAIN)
    assert watched.look() == "equal"
    assert watched.state.clean_seconds == 120  # nothing of it is touched
    watched.pair.legacy.say(MORE)
    first = active(IGNORE)
    watched.look()
    watched.look()
    earned = watched.state.clean_seconds

    Rule.objects.filter(pk=first.pk).update(state=RuleState.RETIRED)
    again = active(IGNORE)
    outcome = watched.look()

    assert (earned, outcome, watched.state.clean_seconds) == (240, "equal_after_rules", 0)
    assert f"R-{first.pk}, R-{again.pk}" in watched.state.restart


def test_a_rule_that_changes_nothing_here_restarts_nothing(noisy):
    active(IGNORE)
    noisy.look()
    noisy.look()

    active({**IGNORE, "options": {"pattern": {"literal": "nobody"}}})

    assert noisy.look() == "equal_after_rules"
    assert noisy.state.clean_seconds == 120


def invalid_list(*told):
    """The legacy side, which lists its invalid routes where it is asked for them."""
    body = json.dumps([{"id": key, "error": error} for key, error in told]).encode()
    stated = {"Content-Type": "application/json", "X-Count": len(told)}
    listed = answers.answer(body, headers=stated)
    table = answers.table(table_of(TEN), count=len(TEN))

    def behave(talk):
        (listed if "invalid=true" in talk.asked.target else table)(talk)

    return behave


def test_what_the_component_calls_invalid_is_explained_and_told_with_its_error(watched):
    rule = active(EXPLAIN)
    watched.pair.legacy.behave(invalid_list(("bad", 'unknown_filter: filter "x" not found')))
    watched.pair.shadow.say(TEN | {"bad": 'x() -> "http://bad"'})

    outcomes = [watched.look(), watched.look()]

    state = watched.state
    assert outcomes == ["equal_after_rules", "equal_after_rules"]
    assert (state.explained, state.hits) == (1, {str(rule.pk): 1})
    assert Comparison.objects.get().explanations == {"bad": 'unknown_filter: filter "x" not found'}


def test_what_the_component_does_not_call_invalid_stays_a_difference(watched):
    active(EXPLAIN)
    watched.pair.legacy.behave(invalid_list(("another", "unknown_filter")))
    watched.pair.shadow.say(TEN | {"bad": 'x() -> "http://bad"'})

    assert [watched.look(), watched.look(after=7)] == ["unconfirmed", "different"]
