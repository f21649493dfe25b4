"""What pages are told of a source: its sides, its differences, where it stands."""

from __future__ import annotations

import pytest

from diffs.models import Occurrence
from diffs.queries.occurrences import kinds_of, present_occurrences, row_of, text_of
from diffs.queries.source_sides import source_sides
from diffs.queries.standings import source_facts
from tests.factories import SourceFactory
from tests.servers import answers
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

POISON = table_of(some_routes(10)) + b'\nbad: Method("A") && Method("B") -> "http://x";'


def test_both_sides_are_told_legacy_first_with_what_they_said(watched):
    watched.look()

    legacy, shadow = source_sides(watched.source.pk)

    assert (legacy.side, shadow.side) == ("legacy", "shadow")
    assert (legacy.routes, legacy.good_routes, shadow.routes) == (10, 10, 10)
    assert legacy.size == len(table_of(some_routes(10)))
    assert (shadow.etag, shadow.ip) == (answers.etag_of(table_of(some_routes(10))), "127.0.0.1")
    assert (legacy.read_at, legacy.problem, legacy.refused) == (watched.now, "", ())


def test_a_side_that_was_never_read_is_told_as_empty():
    legacy, _ = source_sides(SourceFactory.create().pk)

    assert (legacy.read_at, legacy.routes, legacy.size, legacy.sha256) == (None, None, None, "")


def test_a_side_with_a_problem_keeps_its_last_table_beside_the_problem(watched):
    watched.look()
    read_at = watched.now
    watched.pair.shadow.behave(answers.hang_up())
    watched.look()

    shadow = source_sides(watched.source.pk)[1]

    assert shadow.problem.startswith("The shadow side: ")
    assert (shadow.routes, shadow.read_at) == (10, read_at)


def test_refused_routes_are_named_with_place_and_reason(watched):
    watched.pair.shadow.say_bytes(POISON, count=11)
    watched.look()

    shadow = source_sides(watched.source.pk)[1]

    assert shadow.refused_count == 1
    assert (shadow.refused[0].key, shadow.refused[0].line) == ("bad", 11)
    assert "Method" in shadow.refused[0].reason


@pytest.fixture
def differing(watched):
    """Routes r0 and r1 differ for long, r10 since the last look."""
    watched.pair.legacy.say(some_routes(10, r0='"http://l"', r1='"http://l"'))
    watched.pair.shadow.say(some_routes(10, r0='"http://r"', r1='"http://r"'))
    watched.look()
    watched.look(after=10)
    watched.pair.shadow.say(some_routes(11, r0='"http://r"', r1='"http://r"'))
    watched.look()
    return watched


def test_present_differences_are_listed_confirmed_ones_first(differing):
    rows = [row_of(one) for one in present_occurrences(differing.source.pk)]

    assert [(row.key, row.kind, row.is_confirmed, row.seen_looks) for row in rows] == [
        ("r0", "backend", True, 3),
        ("r1", "backend", True, 3),
        ("r10", "only_in_shadow", False, 1),
    ]


def test_differences_are_found_by_route_and_kind(differing):
    def keys(**asked):
        return [one.key for one in present_occurrences(differing.source.pk, **asked)]

    assert keys(search="R1") == ["r1", "r10"]
    assert keys(kind="only_in_shadow") == ["r10"]
    assert keys(search="none") == []
    assert kinds_of(differing.source.pk) == {"backend": 2, "only_in_shadow": 1}


def test_a_difference_is_told_with_both_texts(differing):
    text = text_of(present_occurrences(differing.source.pk)[2])

    assert text.left == ""
    assert 'Path("/r10")' in text.right


def test_resolved_differences_are_not_listed(differing):
    differing.pair.say(some_routes(12))
    differing.look()

    assert not present_occurrences(differing.source.pk).exists()
    assert Occurrence.objects.count() == 3
    assert differing.facts.differences == 0


def test_where_sources_stand_is_told_in_one_query(differing, django_assert_num_queries):
    other = SourceFactory.create()

    with django_assert_num_queries(1):
        facts = source_facts([differing.source.pk, other.pk])

    mine = facts[differing.source.pk]
    assert (mine.outcome, mine.total, mine.matched, mine.differences) == ("different", 11, 8, 2)
    assert (mine.reads, mine.is_soaking, mine.interval_seconds) == ("both", True, 60)
    assert facts[other.pk].outcome == ""


def test_the_routes_of_the_side_that_the_outcome_names_are_told(watched):
    watched.look()
    watched.pair.shadow.say(some_routes(7))
    watched.look()

    assert (watched.facts.side, watched.facts.side_routes) == ("shadow", 7)
