"""What a pair that differs comes to: laws over random histories, and every finite case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.judge import Judgement, Moment, Past, Patience, Sighting, judge
from diffs.outcomes import Outcome
from tests.factories import NOW

PATIENCE = Patience()
DAY = 24 * 3600.0


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def sighting(digest, *, key="a", first=0.0, last=None, look=99, is_confirmed=False):
    """A finding seen `first` to `last` seconds ago."""
    last = first if last is None else last
    return Sighting(key, digest, ago(first), ago(last), look, is_confirmed)


def judged(findings, *past, lag=None, is_late=False, look=100, began=0.0, last=None):
    """Judge {digest: route id} after what was seen before.

    Units: a `lag` was recorded, this look `began`, and the `last` one did, so many seconds ago.
    """
    since, before = (None if seconds is None else ago(seconds) for seconds in (lag, last))
    return judge(
        findings,
        past=Past(tuple(past), since, before),
        is_late=is_late,
        at=Moment(look, ago(began), NOW),
        patience=PATIENCE,
    )


def test_a_difference_seen_for_the_first_time_is_unconfirmed():
    assert judged({"d": "a"}) == Judgement(Outcome.UNCONFIRMED, frozenset())


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        (5.9, 5.9, Outcome.UNCONFIRMED),
        (6.0, 6.0, Outcome.DIFFERENT),
        (60.0, 1.0, Outcome.DIFFERENT),
        (DAY, DAY, Outcome.DIFFERENT),
        (DAY + 1, DAY + 1, Outcome.UNCONFIRMED),
        (DAY + 9, 60.0, Outcome.DIFFERENT),
        (DAY + 9, 2.0, Outcome.UNCONFIRMED),
    ],
)
def test_the_same_texts_confirm_from_six_seconds_to_a_day_apart(first, last, outcome):
    assert judged({"d": "a"}, sighting("d", first=first, last=last)).outcome is outcome


def test_other_texts_of_the_same_route_confirm_nothing():
    answer = judged({"d2": "a"}, sighting("d1", first=60))

    assert answer == Judgement(Outcome.UNCONFIRMED, frozenset())


def test_only_the_findings_seen_before_are_believed():
    answer = judged({"old": "a", "new": "b"}, sighting("old", first=60))

    assert answer == Judgement(Outcome.DIFFERENT, frozenset({"old"}))


def test_what_was_confirmed_stays_so_however_long_ago_it_was_seen():
    answer = judged({"d": "a"}, sighting("d", first=9 * DAY, is_confirmed=True))

    assert answer.outcome is Outcome.DIFFERENT


@pytest.mark.parametrize(
    ("looks", "outcome"),
    [
        ([98, 99], Outcome.UNSTABLE),
        ([81, 99], Outcome.UNSTABLE),
        ([80, 99], Outcome.UNCONFIRMED),
        ([99], Outcome.UNCONFIRMED),
    ],
)
def test_three_texts_of_one_route_within_twenty_looks_are_unstable(looks, outcome):
    past = [sighting(f"d{look}", first=5, look=look) for look in looks]

    answer = judged({"d": "a"}, *past)

    assert answer.outcome is outcome
    assert answer.unstable_keys == (("a",) if outcome is Outcome.UNSTABLE else ())


def test_three_routes_that_changed_once_each_are_not_unstable():
    past = [sighting("d1", key="b", first=5), sighting("d2", key="c", first=5)]

    assert judged({"d": "a"}, *past).outcome is Outcome.UNCONFIRMED


def test_a_confirmed_difference_does_not_count_towards_unstable():
    past = [sighting("d1", first=5, is_confirmed=True), sighting("d2", first=5)]

    assert judged({"d": "a"}, *past).outcome is Outcome.UNCONFIRMED


def test_a_side_that_says_what_the_other_said_is_late_and_the_lag_begins_now():
    assert judged({"d": "a"}, is_late=True) == Judgement(Outcome.LAG, frozenset(), NOW)


@pytest.mark.parametrize("is_late", [True, False])
@pytest.mark.parametrize(("lag", "outcome"), [(9.9, Outcome.LAG), (10.0, Outcome.DIFFERENT)])
def test_a_lag_ends_as_a_difference_after_ten_seconds(is_late, lag, outcome):
    answer = judged({"d": "a"}, lag=lag, is_late=is_late)

    assert answer.outcome is outcome
    assert answer.lag_since == (ago(lag) if outcome is Outcome.LAG else None)
    assert answer.confirmed == (frozenset() if outcome is Outcome.LAG else frozenset({"d"}))


@pytest.mark.parametrize(
    ("first", "outcome"), [(8.0, Outcome.LAG), (9.0, Outcome.LAG), (9.1, Outcome.DIFFERENT)]
)
def test_a_lag_excuses_only_what_was_first_seen_since_it_began(first, outcome):
    answer = judged({"d": "a"}, sighting("d", first=first), lag=9.0, is_late=True)

    assert answer.outcome is outcome


def test_lag_does_not_hide_a_difference_that_is_known():
    known = sighting("old", first=60, is_confirmed=True)

    answer = judged({"old": "a", "d": "b"}, known, is_late=True)

    assert answer == Judgement(Outcome.DIFFERENT, frozenset({"old"}), NOW)


@pytest.mark.parametrize(
    ("is_late", "is_lagging", "seen", "is_confirmed"),
    list(product([False, True], [None, 5.0, 50.0], [None, 1.0, 60.0, DAY + 60], [False, True])),
)
def test_every_case_of_one_route_ends_as_the_table_says(is_late, is_lagging, seen, is_confirmed):
    past = [] if seen is None else [sighting("d", first=seen, is_confirmed=is_confirmed)]
    is_known = is_confirmed and seen is not None

    outcome = judged({"d": "a"}, *past, lag=is_lagging, is_late=is_late).outcome

    if is_known or is_lagging == 50.0 or seen == 60.0:
        assert outcome is Outcome.DIFFERENT
    elif is_late or is_lagging:
        assert outcome is Outcome.LAG
    else:
        assert outcome is Outcome.UNCONFIRMED


@dataclass(frozen=True)
class Look:
    """One look of a random history: seconds since the one before, and {route: text}."""

    gap: float
    texts: dict[str, int]


looks = st.lists(
    st.builds(
        Look,
        gap=st.sampled_from([1.0, 3.0, 6.0, 60.0, 3600.0, DAY + 1]),
        texts=st.dictionaries(st.sampled_from("ab"), st.integers(0, 3), max_size=2),
    ),
    max_size=30,
)


def replayed(history):
    """Yield (number, seconds, {digest: route}, judgement) of each look that found something."""
    at, seen = 0.0, {}
    for number, look in enumerate(history, start=1):
        at += look.gap
        findings = {f"{key}{text}": key for key, text in look.texts.items()}
        if findings:
            answer = judge(
                findings,
                past=Past(tuple(seen.values())),
                is_late=False,
                at=Moment(number, NOW + timedelta(seconds=at), NOW + timedelta(seconds=at)),
                patience=PATIENCE,
            )
            yield number, at, findings, answer
        for digest, key in findings.items():
            now = NOW + timedelta(seconds=at)
            before = seen.get(digest) or Sighting(key, digest, now, now, number)
            seen[digest] = Sighting(key, digest, before.first_seen_at, now, before.first_look)


@given(looks)
def test_a_difference_is_believed_only_after_two_looks_apart(history):
    earlier = {}
    for _, at, findings, answer in replayed(history):
        for digest in findings:
            apart = [at - when for when in earlier.get(digest, [])]
            if digest in answer.confirmed:
                assert any(PATIENCE.confirm_seconds <= gap <= DAY for gap in apart)
            for when in earlier.get(digest, [])[:1] + earlier.get(digest, [])[-1:]:
                if PATIENCE.confirm_seconds <= at - when <= DAY:
                    assert digest in answer.confirmed
            earlier.setdefault(digest, []).append(at)


@given(st.lists(st.sampled_from([1.0, 6.0, 60.0]), min_size=1, max_size=40))
def test_a_route_that_always_says_something_new_never_confirms_and_never_counts_as_clean(gaps):
    history = [Look(gap, {"a": number}) for number, gap in enumerate(gaps)]

    answers = [answer for *_, answer in replayed(history)]

    assert not any(answer.confirmed for answer in answers)
    assert [answer.outcome for answer in answers] == [
        Outcome.UNCONFIRMED if number < 2 else Outcome.UNSTABLE for number in range(len(gaps))
    ]


@given(looks)
def test_the_word_follows_from_what_is_believed(history):
    for *_, answer in replayed(history):
        assert (answer.outcome is Outcome.DIFFERENT) == bool(answer.confirmed)
        assert (answer.outcome is Outcome.UNSTABLE) == bool(answer.unstable_keys)
        assert answer.lag_since is None
