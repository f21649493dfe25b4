"""What holds of every gate, whatever the facts are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from rollouts.gates import GATES
from rollouts.gates.facts import Demand
from tests.rollouts.gates.stage import (
    BAKED,
    UNPROVEN,
    any_facts,
    any_member,
    any_tier,
    facts,
    member,
)

OF_MEMBERS = {"reachable", "fresh", "clean", "accepted", "soak"}


def passing(given):
    """Return the names of the gates that pass."""
    return {name for name, gate in GATES.items() if gate(given).is_open}


@given(given=any_facts)
def test_a_step_that_moves_nobody_never_passes(given):
    assert passing(replace(given, members=())) == set()


@given(given=any_facts, more=any_member, place=st.integers(0, 4))
def test_one_more_member_never_opens_a_closed_gate(given, more, place):
    assume(given.members)
    members = (*given.members[:place], more, *given.members[place:])

    assert passing(replace(given, members=members)) <= passing(given)


@given(given=any_facts, place=st.integers(0, 4))
def test_no_gate_of_members_passes_while_one_of_them_is_unproven(given, place):
    members = (*given.members[:place], UNPROVEN, *given.members[place:])

    assert not passing(replace(given, members=members)) & OF_MEMBERS


@given(given=any_facts, place=st.integers(0, 3))
def test_order_never_passes_while_one_tier_before_cannot_be_seen(given, place):
    unseen = replace(BAKED, unseen=("kube-9",))
    earlier = (*given.earlier[:place], unseen, *given.earlier[place:])

    assert not GATES["order"](replace(given, earlier=earlier)).is_open


@given(given=any_facts, more=any_tier, place=st.integers(0, 3))
def test_one_more_tier_before_never_opens_order(given, more, place):
    assume(not GATES["order"](given).is_open)
    earlier = (*given.earlier[:place], more, *given.earlier[place:])

    assert not GATES["order"](replace(given, earlier=earlier)).is_open


@given(data=st.data(), given=any_facts)
def test_the_order_of_the_members_decides_nothing(data, given):
    shuffled = replace(given, members=tuple(data.draw(st.permutations(given.members))))

    assert {name: GATES[name](shuffled).verdict for name in GATES} == {
        name: GATES[name](given).verdict for name in GATES
    }


@given(
    given=any_facts,
    seconds=st.floats(0, 1e6),
    looks=st.integers(0, 1000),
    changes=st.integers(0, 1000),
)
def test_more_time_looks_and_changes_never_close_the_soak(given, seconds, looks, changes):
    more = tuple(
        replace(
            one,
            clean_seconds=one.clean_seconds + seconds,
            clean_looks=one.clean_looks + looks,
            clean_changes=one.clean_changes + changes,
        )
        for one in given.members
    )
    before, after = GATES["soak"](given), GATES["soak"](replace(given, members=more))

    assert after.is_open or not before.is_open
    assert (after.share or 0) >= (before.share or 0)


@given(
    given=any_facts,
    seconds=st.integers(0, 1_000_000),
    looks=st.integers(0, 1000),
    changes=st.integers(0, 1000),
)
def test_asking_for_more_never_opens_the_soak(given, seconds, looks, changes):
    assume(not GATES["soak"](given).is_open)
    demand = given.demand
    more = Demand(demand.soak_seconds + seconds, demand.looks + looks, demand.changes + changes)

    assert not GATES["soak"](replace(given, demand=more)).is_open


@given(given=any_facts, seconds=st.integers(0, 1_000_000))
def test_a_longer_bake_never_opens_order(given, seconds):
    assume(not GATES["order"](given).is_open)
    earlier = [replace(one, bake_seconds=one.bake_seconds + seconds) for one in given.earlier]

    assert not GATES["order"](replace(given, earlier=tuple(earlier))).is_open


@given(given=any_facts)
def test_every_judgement_is_whole(given):
    keys = {one.key for one in given.members}

    for name, gate in GATES.items():
        said = gate(given)
        assert said.gate == name
        assert said.sentence[0].isalnum()
        assert said.sentence.endswith(".")
        assert not [odd for odd in ("  ", "..", "{", "}") if odd in said.sentence]
        assert said.share is None or 0.0 <= said.share <= 1.0
        assert set(said.standing_in_way) <= keys
        assert not (said.is_open and said.standing_in_way)


@given(given=any_facts)
def test_the_soak_is_wholly_there_exactly_when_it_passes(given):
    said = GATES["soak"](given)

    assert (said.share == 1.0) == said.is_open


def test_facts_in_which_nothing_is_in_the_way_open_every_gate():
    assert [name for name in GATES if not GATES[name](facts(member())).is_open] == []
