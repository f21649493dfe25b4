"""One look over whatever bytes two sides may send: always a comparison, or a problem."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diffs.fetch import FetchFailed
from diffs.formats import FORMATS
from diffs.looking import sandwich
from diffs.looking.sandwich import take_look
from diffs.outcomes import Outcome, Side
from diffs.table import Limits, TableTooLarge
from tests.diffs.looking.memory import Kept, order, payload
from tests.servers.pair import some_routes, table_of

TEN = table_of(some_routes(10))
POISON = TEN + b'\nbad: Method("GET") && Method("PUT") -> "http://x";'
TWICE = TEN + b'\nr0: Path("/again") -> "http://again";'
PIECES = b'a:|b:|Path("/x")|&&|->|"http://a"|;|\n|\0|<|<shunt>|"|\\|/*|//|*|(|)|\xff| '.split(b"|")

hostile = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(PIECES),
        max_size=25,
    ).map(b"".join),
    st.sampled_from([b"", TEN, POISON, TWICE, TEN[:-1], TEN + b"\n\n", b"<html>", b"{}", b"// no"]),
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "x_count": st.integers(0, 12),
        "x_timestamp": st.integers(0, 3),
        "content_type": st.sampled_from(["text/plain", "text/html", "application/json", "x"]),
        "ip": st.sampled_from(["", "127.0.0.1", "10.0.0.1"]),
    },
)


def said(bodies):
    """A way of reading: each side says its bodies in turn, the last one for ever."""
    queues = {side: list(answers) for side, answers in bodies.items()}

    def read(side, deadline):
        queue = queues[side.side]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return read


def look(legacy, shadow=None, *, memory=None, **orders):
    """Look at what the sides say; one payload, bytes or failure each, or lists of them."""

    def listed(answers):
        answers = answers if isinstance(answers, list) else [answers]
        return [payload(one) if isinstance(one, bytes) else one for one in answers]

    bodies = {Side.LEGACY: listed(legacy), Side.SHADOW: listed(shadow)}
    return take_look(order(**orders), memory=memory or Kept(), read=said(bodies))


@pytest.fixture(autouse=True, scope="module")
def _no_pause():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandwich, "PAUSE_SECONDS", (0.0, 0.0))
        yield


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(hostile, headers), min_size=1, max_size=3),
    st.tuples(hostile, headers),
    st.sampled_from([None, b"", TEN, POISON]),
)
def test_any_two_bodies_end_in_a_problem_or_a_comparison(legacy, shadow, earlier):
    memory = Kept()
    before = None if earlier is None else memory.keep(earlier)

    seen = look(
        [payload(body, **more) for body, more in legacy],
        payload(shadow[0], **shadow[1]),
        memory=memory,
        legacy_before=before,
        shadow_before=before,
    )

    assert seen.problem or seen.is_equal or (seen.report and seen.report.findings)
    if seen.problem:
        assert seen.problem.sentence.endswith((".", "?"))
    for part in (seen.legacy, seen.shadow):
        assert (part.facts is None) == (part.lines is None)
        assert part.facts or part.problems
    if seen.is_equal and not seen.problem:
        assert seen.legacy.facts.routes > 0
        assert FORMATS["eskip"].read(shadow[0]).digest == seen.legacy.facts.digest


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"// no", POISON, TWICE, b"\0"])
def test_the_same_wrong_body_twice_is_never_agreement(body):
    assert look(body, body).problem is not None


def test_an_equal_pair_needs_two_readings_and_another_one_three():
    def asked_for(shadow):
        asked = []

        def read(side, deadline):
            asked.append(side.side)
            return payload(TEN if side.side is Side.LEGACY else shadow)

        take_look(order(), memory=Kept(), read=read)
        return asked

    assert asked_for(TEN) == ["legacy", "shadow"]
    assert asked_for(table_of(some_routes(11))) == ["legacy", "shadow", "legacy"]


def test_the_time_that_reading_took_is_counted_also_where_it_failed(monkeypatch):
    clock = [100.0]
    quiet = SimpleNamespace(monotonic=lambda: clock[0], sleep=lambda _: None)
    monkeypatch.setattr(sandwich, "time", quiet)

    def read(side, deadline):
        clock[0] += 7.0
        if side.side is Side.SHADOW:
            raise FetchFailed(Outcome.TRUNCATED, "It is cut.")
        return payload(TEN)

    seen = take_look(order(), memory=Kept(), read=read)

    assert (seen.problem.outcome, seen.read_seconds) == (Outcome.TRUNCATED, 14.0)


def test_another_spelling_of_the_same_routes_is_equal():
    lines = TEN.replace(b'"http', b' "http').split(b"\n")

    seen = look(TEN, b"\n".join(reversed(lines)))

    assert seen.is_equal
    assert seen.problem is None


def test_where_legacy_cannot_be_read_again_nothing_is_compared():
    away = FetchFailed(Outcome.UNREACHABLE, "It is gone.")

    seen = look([payload(TEN), away], table_of(some_routes(11)))

    assert (seen.problem.outcome, seen.problem.side) == (Outcome.UNREACHABLE, Side.LEGACY)
    assert seen.report is None


def test_a_table_that_moves_at_every_reading_is_moved():
    bodies = [table_of(some_routes(10, r0=f'"http://{n}"')) for n in range(20)]

    seen = look(bodies, TEN)

    assert seen.problem.outcome is Outcome.MOVED
    assert seen.rereads == 3


def test_pages_that_do_not_fit_together_are_read_again():
    moved = FetchFailed(Outcome.MOVED, "It moved.")

    seen = look([moved, payload(TEN)], TEN)

    assert (seen.problem, seen.is_equal, seen.rereads) == (None, True, 1)


def test_another_pods_timestamp_is_no_move():
    legacy = [payload(TEN, x_timestamp=stamp) for stamp in (1, 2)]

    seen = look(legacy, table_of(some_routes(11)))

    assert seen.problem is None
    assert [finding.key for finding in seen.report.findings] == ["r10"]


@pytest.mark.parametrize(
    ("legacy", "shadow", "outcome"),
    [
        (FetchFailed(Outcome.UNREACHABLE, "Gone."), b"<html>", Outcome.UNREACHABLE),
        (b"<html>", FetchFailed(Outcome.UNREACHABLE, "Gone."), Outcome.UNREACHABLE),
        (FetchFailed(Outcome.NOT_READY, "Soon."), b"<html>", Outcome.NOT_READY),
        (POISON, b"<html>", Outcome.NOT_A_TABLE),
        (TWICE, POISON, Outcome.REFUSED),
    ],
)
def test_the_first_problem_that_applies_is_told(legacy, shadow, outcome):
    assert look(legacy, shadow).problem.outcome is outcome


def test_the_rest_of_a_refused_table_is_compared():
    seen = look(TEN, POISON.replace(b'"http://r1"', b'"http://other"'))

    assert seen.problem.outcome is Outcome.REFUSED
    assert [finding.key for finding in seen.report.findings] == ["bad", "r1"]


@pytest.mark.parametrize(("body", "key"), [(POISON, "bad"), (TWICE, "r0")])
def test_a_route_that_is_wrong_alike_on_both_sides_is_still_found(body, key):
    seen = look(body, body)

    assert not seen.is_equal
    assert [finding.key for finding in seen.report.findings] == [key]


@pytest.mark.parametrize("limit", [field.name for field in fields(Limits)])
def test_every_limit_of_a_table_ends_as_truncated_and_says_which(limit, monkeypatch):
    def read(data, known=None):
        raise TableTooLarge(limit, 1234)

    wanted = order()
    refusing = replace(wanted, format=replace(wanted.format, read=read))

    seen = take_look(refusing, memory=Kept(), read=said({side: [payload(TEN)] for side in Side}))

    assert seen.problem.outcome is Outcome.TRUNCATED
    assert "exceeds the limit of 1,234 " in seen.problem.sentence
