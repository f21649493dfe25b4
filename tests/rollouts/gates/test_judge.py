"""All gates of a step together, while somebody looks and while nobody does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rollouts.gates import judge
from rollouts.machine import Mode
from tests.rollouts.gates.stage import ANOTHER, any_facts, facts, member

STEPS = st.sampled_from([(Mode.OFF, Mode.SHADOW), (Mode.SHADOW, Mode.EXEC)])


@given(given=any_facts, step=STEPS)
def test_while_nobody_looks_no_gate_of_what_was_seen_says_yes_or_no(given, step):
    unwatched = replace(given, from_mode=step[0], to_mode=step[1], is_watched=False)

    said = {one.gate: one for one in judge(unwatched)}

    said.pop("alone")
    assert {str(one.verdict) for one in said.values()} == {"unknown"}
    assert all(one.share is None and one.next_at is None for one in said.values())


def test_what_was_seen_last_stays_told():
    seen = {one.gate: one.sentence for one in judge(facts(member()))}

    said = {one.gate: one.sentence for one in judge(facts(member(), is_watched=False))}

    assert said["clean"] == f"Nobody looks at present. Seen last: {seen['clean']}"
    assert said["alone"] == seen["alone"]


def test_another_promotion_closes_its_gate_also_while_nobody_looks():
    said = judge(facts(member(), is_watched=False, open_promotions=(ANOTHER,)))

    assert {one.gate: str(one.verdict) for one in said}["alone"] == "fail"
