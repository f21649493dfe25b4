"""Requests that show a difference, built apart from looks and kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import SideState, Source, Variant, Witness
from diffs.operations.build_witnesses import KEPT, build_witnesses
from diffs.queries.witnesses import witnesses_of
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

TEN = some_routes(10)
OTHER = some_routes(10, r3='"http://other"', r5='"http://another"')


@pytest.fixture
def differing(watched):
    """A source whose sides differ on two routes, believed."""
    watched.pair.legacy.say(TEN)
    watched.pair.shadow.say(OTHER)
    assert [watched.look(), watched.look(after=7)] == ["unconfirmed", "different"]
    return watched


def test_a_request_is_built_for_each_variant(differing):
    tried = build_witnesses(now=differing.now)

    told = witnesses_of(Variant.objects.values_list("pk", flat=True))
    assert tried == 2
    assert {one.request for one in told.values()} == {
        "GET any.example.org/r3",
        "GET any.example.org/r5",
    }
    sentence = told[Variant.objects.get(key="r3").pk].sentence
    assert sentence.startswith("GET any.example.org/r3 → ")
    assert "http://r3" in sentence
    assert "http://other" in sentence


def test_what_was_built_is_kept_for_a_day_and_then_built_anew(differing):
    build_witnesses(now=differing.now)
    again = build_witnesses(now=differing.now + KEPT)
    later = differing.now + KEPT + timedelta(seconds=1)

    anew = build_witnesses(now=later)

    assert (again, anew) == (0, 2)
    assert set(Witness.objects.values_list("at", flat=True)) == {later}


def test_what_is_not_believed_yet_waits(watched):
    watched.pair.legacy.say(TEN)
    watched.pair.shadow.say(OTHER)
    watched.look()

    assert build_witnesses(now=watched.now) == 0


def test_a_table_that_is_not_kept_is_told(differing):
    SideState.objects.filter(side="shadow").update(snapshot=None)

    build_witnesses(now=differing.now)

    row = Witness.objects.first()
    assert row.sentence == "no witness built: the tables in which it was seen are not kept"
    assert witnesses_of([row.variant_id])[row.variant_id].request == ""


def test_what_there_is_no_time_for_waits_for_the_next_round(differing):
    first = build_witnesses(now=differing.now, seconds=0.0)

    assert first == 0
    assert build_witnesses(now=differing.now) == 2


def test_what_is_no_route_answers_no_request(differing):
    Source.objects.update(format="records", options={"key": "/id"})

    build_witnesses(now=differing.now)

    assert Witness.objects.first().sentence == "no witness built: a record answers no request"
