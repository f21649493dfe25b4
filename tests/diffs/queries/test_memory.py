"""What earlier looks stored, as the look under way finds it."""

from __future__ import annotations

import pytest

from diffs.models import Comparison, Finding, SideState
from diffs.operations.record_look import record_look
from diffs.outcomes import Side
from diffs.queries.memory import StoredMemory, packed_digests, unpacked_digests, unpacked_lines
from diffs.rules.rule_set import NO_RULES
from tests.diffs.watched import memory_for
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

POISON = table_of(some_routes(3)) + b'\nbad: Method("A") && Method("B") -> "http://x\0";'


def other(**columns):
    """The memory of another build."""
    return StoredMemory(**{"reader": "eskip/1", "comparer": "eskip/1 1", **columns})


@pytest.fixture
def looked(watched):
    """A source whose sides differ, after one look."""
    watched.pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched.pair.shadow.say(some_routes(11, r0='"http://right"'))
    begun = watched.begin()
    record_look(begun, watched.see(begun), now=watched.now)
    return watched, memory_for(begun)


def test_bodies_facts_and_lines_are_found_by_the_body(looked):
    watched, memory = looked
    sha256 = watched.side(Side.SHADOW).snapshot_id

    facts, lines = memory.facts(sha256), memory.lines(sha256)

    assert memory.body(sha256) == table_of(some_routes(11, r0='"http://right"'))
    assert (facts.routes, facts.digest) == (11, watched.side(Side.SHADOW).digest)
    assert len(lines.digests) == 11


def test_what_was_never_read_is_none(looked):
    _, memory = looked

    for question in (memory.body, memory.facts, memory.lines):
        assert question("0" * 64) is None
    assert memory.report("0" * 64, "1" * 64, rules=NO_RULES) is None


def test_refusals_come_back_as_they_were(watched):
    watched.pair.shadow.say_bytes(POISON, count=4)
    begun = watched.begin()
    seen = watched.see(begun)
    record_look(begun, seen, now=watched.now)

    assert memory_for(begun).facts(watched.side(Side.SHADOW).snapshot_id) == seen.shadow.facts
    assert seen.shadow.facts.refusals


def test_another_reader_believes_neither_facts_nor_lines(looked):
    watched, _ = looked
    sha256 = watched.side(Side.LEGACY).snapshot_id

    assert other(reader="eskip/2").facts(sha256) is None
    assert other(reader="eskip/2").lines(sha256) is None


def pair_of(watched):
    return [watched.side(side).snapshot_id for side in Side]


def test_a_comparison_is_found_by_both_bodies_rules_and_comparer(looked):
    watched, memory = looked
    legacy, shadow = pair_of(watched)

    report = memory.report(legacy, shadow, rules=NO_RULES)

    assert (report.total, report.matched, sorted(report.findings.values())) == (
        11,
        9,
        ["r0", "r10"],
    )
    assert memory.report(shadow, legacy, rules=NO_RULES) is None
    assert other(comparer="eskip/1 2").report(legacy, shadow, rules=NO_RULES) is None
    assert other().report(legacy, shadow, rules="1" * 64) is None
    assert other().report(legacy, shadow, rules=NO_RULES) == report


def test_a_comparison_that_lost_a_finding_is_made_again(looked):
    watched, memory = looked
    watched.source.occurrences.all().delete()
    Finding.objects.filter(key="r0").delete()

    assert memory.report(*pair_of(watched), rules=NO_RULES) is None


def test_digests_come_back_in_their_order():
    digests = [f"{n * 7919 % 97:032x}" for n in range(40)]

    assert unpacked_digests(packed_digests(digests)) == digests
    assert unpacked_digests(packed_digests([])) == []


def test_lines_that_are_not_there_are_none():
    assert unpacked_lines(b"", reader="eskip/1") is None


def test_lines_are_those_of_the_body_that_a_side_shows_now(looked):
    watched, memory = looked
    before = watched.side(Side.LEGACY).snapshot_id
    watched.pair.say(some_routes(10))
    watched.look()

    assert memory.lines(before) is None
    assert SideState.objects.exclude(lines=b"").count() == 2
    assert Comparison.objects.count() == 1
