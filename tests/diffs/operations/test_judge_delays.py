"""A lag over looks that come late or take long: nothing is held against anybody without proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.judge import Judgement, Moment, Past, Patience, Sighting, judge
from diffs.outcomes import Outcome
from tests.factories import NOW

PATIENCE = Patience()
BOUND = timedelta(seconds=PATIENCE.lag_max_seconds)
CONFIRM = timedelta(seconds=PATIENCE.confirm_seconds)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


@dataclass
class History:
    """Looks in a row, remembered as the workers remember them."""

    seen: dict[str, Sighting] = field(default_factory=dict)
    lag_since: datetime | None = None
    last_began_at: datetime | None = None
    looks: int = 0

    def look(self, *digests, began, took=0.0, is_late=False) -> Judgement:
        """Judge a look in which these findings of one route were seen; begun at a second."""
        self.looks += 1
        moment = Moment(self.looks, at(began), at(began + took))
        answer = judge(
            dict.fromkeys(digests, "a"),
            past=Past(tuple(self.seen.values()), self.lag_since, self.last_began_at),
            is_late=is_late,
            at=moment,
            patience=PATIENCE,
        )
        for digest in digests:
            known = self.seen.get(digest)
            first, look = (known.first_seen_at, known.first_look) if known else (moment.now, 0)
            believed = digest in answer.confirmed or bool(known and known.is_confirmed)
            self.seen[digest] = Sighting(
                "a", digest, first, moment.now, look or self.looks, believed
            )
        self.lag_since, self.last_began_at = answer.lag_since, moment.began_at
        return answer


@pytest.mark.parametrize(("gap", "outcome"), [(10, Outcome.DIFFERENT), (10.1, Outcome.LAG)])
def test_a_lag_goes_on_only_over_looks_that_follow_closely(gap, outcome):
    history = History()
    history.look("d1", began=0, is_late=True)

    answer = history.look("d2", began=gap, is_late=True)

    assert answer.outcome is outcome
    assert answer.lag_since == (None if outcome is Outcome.DIFFERENT else at(gap))


def test_a_lag_seen_again_after_a_minute_is_a_new_one():
    history = History()
    history.look("d1", began=0, is_late=True)

    answer = history.look("d2", began=60, is_late=True)

    assert answer == Judgement(Outcome.LAG, frozenset(), at(60))


def test_what_differs_in_another_way_after_a_minute_is_seen_once():
    history = History()
    history.look("d1", began=0, is_late=True)

    assert history.look("d2", began=60) == Judgement(Outcome.UNCONFIRMED, frozenset())


def test_the_same_texts_on_both_sides_of_a_delay_are_a_difference():
    history = History()
    history.look("d1", began=0, is_late=True)

    answer = history.look("d1", "d2", began=60)

    assert answer == Judgement(Outcome.DIFFERENT, frozenset({"d1"}))


def test_a_look_that_read_in_time_and_is_recorded_late_proves_nothing():
    history = History()
    history.look("d1", began=0, is_late=True)

    answer = history.look("d1", began=3, took=60)

    assert answer == Judgement(Outcome.UNCONFIRMED, frozenset())


def test_a_lag_has_lasted_only_until_the_look_began_that_saw_it():
    history = History()
    history.look("d1", began=0, is_late=True)

    assert history.look("d2", began=6, took=4, is_late=True).outcome is Outcome.LAG
    assert history.look("d3", began=10.5, is_late=True).outcome is Outcome.DIFFERENT


def test_a_route_that_is_late_in_another_way_after_each_of_two_delays_is_unstable():
    history = History()
    history.look("d1", began=0, is_late=True)
    history.look("d2", began=60, is_late=True)

    answer = history.look("d3", began=120, is_late=True)

    assert (answer.outcome, answer.unstable_keys) == (Outcome.UNSTABLE, ("a",))


looks = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 3.0, 6.0, 9.0, 11.0, 60.0, 3600.0]),  # before it begins
        st.sampled_from([0.0, 1.0, 5.0, 30.0]),  # while it lasts
        st.booleans(),  # whether one side is late
        st.sets(st.sampled_from(["e1", "e2", "e3"])),  # what else is seen
    ),
    min_size=1,
    max_size=20,
)


@given(looks)
def test_what_is_seen_in_every_look_is_believed_once_a_lag_could_not_explain_it(story):
    """However late looks come and however long they take: counted from the first one's record."""
    history, clock, first = History(), 0.0, None
    for wait, took, is_late, others in story:
        clock += wait
        answer = history.look("d", *others, began=clock, took=took, is_late=is_late)
        if first is not None and at(clock) - at(first) >= BOUND:
            assert answer.outcome is Outcome.DIFFERENT
            assert "d" in answer.confirmed
        clock += took
        first = clock if first is None else first


@given(looks)
def test_nothing_is_believed_but_by_two_looks_apart_or_a_lag_without_a_gap(story):
    history, clock, chain, last_began = History(), 0.0, None, None
    for wait, took, is_late, others in story:
        clock += wait
        before, began, now = dict(history.seen), at(clock), at(clock + took)
        if last_began is None or now - last_began > BOUND:
            chain = None
        answer = history.look("d", *others, began=clock, took=took, is_late=is_late)
        outlasted = chain is not None and began - chain >= BOUND
        for digest in answer.confirmed:
            known = before.get(digest)
            twice = known is not None and began - known.first_seen_at >= CONFIRM
            assert outlasted or twice or (known is not None and known.is_confirmed)
        chain = None if answer.lag_since is None else chain or now
        last_began, clock = began, clock + took
