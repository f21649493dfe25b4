"""Which pod stands apart: told at its second turn, and never while a change is under way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.pods import Pod, seen_again, strays
from tests.factories import NOW

LAG = timedelta(seconds=10)
MINUTE = 60.0


def watch(worlds, *, every=MINUTE, looks=30, equal=None):
    """Read pods in turn for so many looks; return the strays after each.

    Shapes
        worlds      {pod: seconds -> the table it shows then}
        equal       (pod, seconds) -> whether the other side agrees; by default it shows what the
                    first pod does
    """
    pods, told = {}, []
    names = sorted(worlds)
    agrees = equal or (lambda name, at: worlds[name](at) == worlds[names[0]](at))
    for look in range(looks):
        at, name = look * every, names[look % len(names)]
        before = pods.pop(name, None)
        pods[name] = seen_again(
            before,
            pods.values(),
            name=name,
            digest=str(worlds[name](at)),
            is_equal=agrees(name, at),
            at=NOW + timedelta(seconds=at),
            lag_max=LAG,
        )
        told.append(strays(list(pods.values()), lag_max=LAG))
    return told


def stopped(at, world):
    """A pod that shows since `at` what the world was then."""
    return lambda now: world(min(now, at))


def names_of(told):
    return [tuple(one.name for one in found) for found in told]


@pytest.mark.parametrize("period", [20.0, 90.0, 100.0, 180.0, 200.0, 1000.0])
def test_one_stuck_pod_of_three_is_named_and_stays_named(period):
    def world(now):
        return now // period

    told = watch({"a": world, "b": world, "c": stopped(100.0, world)}, looks=60)

    assert names_of(told)[-20:] == [("c",)] * 20
    assert all(found[0].is_older for found in told[-20:])
    assert {name for found in names_of(told) for name in found} == {"c"}
    assert told[-1][0].siblings == 2


def test_two_stuck_pods_of_three_are_named_and_the_one_that_follows_is_not():
    def world(now):
        return now // 1000.0

    worlds = {"a": world, "b": stopped(0.0, world), "c": stopped(100.0, world)}

    told = watch(worlds, looks=60, equal=lambda name, _now: name == "a")

    assert names_of(told)[-20:] == [("b", "c")] * 20


@pytest.mark.parametrize("period", [7.0, 61.0, 180.0, 301.0, 5000.0])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_pods_that_follow_at_once_are_never_named(period, count):
    worlds = {str(n): lambda now: now // period for n in range(count)}

    assert not any(watch(worlds, looks=80, equal=lambda _name, _now: False))


@given(
    st.lists(st.floats(1, 2000), min_size=1, max_size=20),
    st.lists(st.floats(0, 10), min_size=2, max_size=5),
    st.floats(5, 120),
)
def test_pods_that_follow_within_a_lag_are_never_named_where_the_other_side_agrees_with_them(
    gaps, delays, every
):
    moves = [sum(gaps[: n + 1]) for n in range(len(gaps))]

    def world(now):
        return sum(move <= now for move in moves)

    worlds = {str(n): lambda now, d=delay: world(now - d) for n, delay in enumerate(delays)}

    told = watch(
        worlds, every=every, looks=60, equal=lambda name, now: worlds[name](now) == world(now)
    )

    assert not any(told)


def test_a_pod_that_never_said_what_the_others_say_shows_another_table():
    def world(now):
        return now // 400.0

    told = watch({"a": world, "b": world, "c": lambda now: world(now) + 0.5}, looks=90)

    named = [found for found in told if found]
    assert {one.name for found in named for one in found} == {"c"}


def test_of_two_pods_the_one_with_the_older_table_is_named():
    def world(now):
        return now // 500.0

    told = watch({"a": world, "b": stopped(0.0, world)}, looks=40)

    assert [(one.name, one.is_older, one.siblings) for one in told[-1]] == [("b", True, 1)]


def test_a_pod_that_recovers_is_named_no_more():
    def stuck(now):
        return 0 if now < 1500 else now // 400.0

    told = watch(
        {"a": lambda now: now // 400.0, "b": lambda now: now // 400.0, "c": stuck}, looks=60
    )

    assert ("c",) in names_of(told)
    assert not any(told[-20:])


def test_pods_that_differ_where_the_other_side_agrees_with_each_are_not_named():
    worlds = {"a": lambda _now: 1, "b": lambda _now: 2}  # numbers within a tolerance, say

    assert not any(watch(worlds, equal=lambda _name, _now: True))


def turn(before, sibling, *, at=1000.0, is_equal=False):
    """One pod's turn beside one sibling."""
    return seen_again(
        before,
        [sibling],
        name="c",
        digest="old",
        is_equal=is_equal,
        at=NOW + timedelta(seconds=at),
        lag_max=LAG,
    )


def pod(name, digest, since, seen, apart=None):
    times = [None if at is None else NOW + timedelta(seconds=at) for at in (since, seen, apart)]
    return Pod(name, digest, times[0], times[1], times[2])


def test_a_pod_is_named_at_its_second_turn_against_a_sibling_and_not_at_its_first():
    sibling = pod("a", "new", 500.0, 900.0)

    first = turn(pod("c", "old", 0.0, 700.0), sibling)
    second = turn(first, sibling, at=1180.0)

    assert (first.apart_since, first.is_apart) == (first.seen_at, False)
    assert (second.apart_since, second.is_apart) == (first.seen_at, True)


@pytest.mark.parametrize(
    ("own_since", "since", "seen"),
    [
        (0.0, 995.0, 995.0),  # the sibling moved a moment ago
        (995.0, 500.0, 999.0),  # this pod did
        (900.0, 500.0, 800.0),  # the sibling was not seen since this pod moved
    ],
)
def test_two_pods_stand_against_each_other_only_where_both_have_stood(own_since, since, seen):
    before = pod("c", "old", own_since, 996.0, 100.0)

    assert turn(before, pod("a", "new", since, seen)).apart_since is None
