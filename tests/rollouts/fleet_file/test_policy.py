"""Whether what people expect needs a second person, as the policy says it."""

from __future__ import annotations

import pytest

from tests.rollouts.fleet_file.small_fleet import SMALL, changed, problems_of, read


def asks(text):
    """Return what each tier of the first rollout asks for."""
    return [tier.policy.expected_needs_second for tier in read(text).rollouts[0].tiers]


def test_a_second_person_is_asked_for_where_nothing_is_said():
    assert set(asks(SMALL)) == {True}


def test_a_tier_overrides_its_rollout():
    one = changed("policy: {soak: 90s}", "policy: {soak: 90s, expected_needs_second: false}")

    assert sorted(asks(one)) != [True] * len(asks(one))


@pytest.mark.parametrize("word", ["no", "0", '"false"'])
def test_any_other_word_is_refused(word):
    text = changed("policy: {soak: 90s}", f"policy: {{expected_needs_second: {word}}}")

    assert any("is not true or false" in str(problem) for problem in problems_of(text))
