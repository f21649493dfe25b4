"""What is offered of a difference, over its stored findings."""

from __future__ import annotations

import pytest

from diffs.models import Difference
from rollouts.queries.proposed_rules import NEVER, NOBODY, PARTLY, proposed_from
from tests.diffs.operations.recorded import LEGACY, SHADOW, record, source_at

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def test_offers_rules_that_were_tried_at_every_target_that_has_it():
    for number, tier in enumerate(("test", "production")):
        found = record(source_at(f"kube-{number}", tier=tier), "kube_a__1")

    proposed = proposed_from(found.variant.difference_id)

    assert (proposed.note, proposed.tried) == ("", 2)
    assert proposed.offers[0].where == "rollout routesrv: the route kube_a__1"
    assert {one.content["scope"]["rollout"] for one in proposed.offers} == {"routesrv"}


def test_where_values_differ_the_one_seen_most_is_offered_and_said_so():
    source = source_at("kube-1")
    rows = [("a", "b", "1"), ("c", "d", "2"), ("c", "d", "2")]
    for place, (left, right, key) in enumerate(rows):
        texts = (f'* && Path("/{one}") -> <shunt>' for one in (left, right))
        at = source if place < 2 else source_at("kube-2")
        found = record(at, f"kube_a__{key}", *texts)

    proposed = proposed_from(found.variant.difference_id)

    assert proposed.note == PARTLY
    assert proposed.offers[0].content["options"]["text"] == 'Path("/d")'


def test_where_no_single_rule_does_it_the_page_says_so():
    found = record(source_at("kube-1"), "kube_a__1", LEGACY, SHADOW.replace("http://a", "http://b"))

    proposed = proposed_from(found.variant.difference_id)

    assert (proposed.offers, proposed.note) == ((), NOBODY)


def test_a_refused_route_is_said_to_be_beyond_every_rule():
    found = record(source_at("kube-1"), "kube_a__1")
    Difference.objects.update(kind="refused")
    type(found.finding).objects.update(kind="refused")

    proposed = proposed_from(found.variant.difference_id)

    assert (proposed.offers, proposed.note) == ((), NEVER)


def test_a_difference_that_is_not_there_has_none():
    assert proposed_from(4711) is None
