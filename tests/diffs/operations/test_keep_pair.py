"""What is read and compared is stored once, whoever reads it."""

from __future__ import annotations

import pytest
import zstandard

from diffs.looking import sandwich, side
from diffs.looking.order import Facts
from diffs.models import Comparison, Finding, Reading, SelfTest, SideState, Snapshot
from diffs.outcomes import Side
from diffs.queries.memory import stored_body, unpacked_lines
from diffs.report import Kind
from diffs.versions import BUILD
from tests.diffs.watched import Watched
from tests.factories import NOW
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def work(monkeypatch):
    """Counts of what costs time: tables parsed, pairs compared, line blobs written."""
    done = {"parsed": 0, "compared": 0, "packed": 0}

    def counted(name, function):
        def count(*args, **more):
            done[name] += 1
            return function(*args, **more)

        return count

    monkeypatch.setattr(side.Facts, "of", counted("parsed", Facts.of))
    monkeypatch.setattr(sandwich, "compare", counted("compared", sandwich.compare))
    monkeypatch.setattr(zstandard, "compress", counted("packed", zstandard.compress))
    return done


def differ(pair):
    pair.legacy.say(some_routes(10, r0='"http://left"', r1='"http://left"'))
    pair.shadow.say(some_routes(11, r0='"http://right"'))


def test_a_pair_that_another_source_read_is_neither_parsed_nor_compared_again(pair, work):
    differ(pair)
    first, second = Watched.over(pair), Watched.over(pair)
    first.look()
    done = {**work, "packed": 0}
    assert (done["parsed"], done["compared"]) == (2, 1)

    work["packed"] = 0
    assert second.look() == "unconfirmed"

    assert {**work, "packed": 0} == done
    assert (Snapshot.objects.count(), Reading.objects.count()) == (2, 2)
    assert (Comparison.objects.count(), Finding.objects.count()) == (1, 3)
    assert second.look(after=7) == "different"
    assert second.state.differences == 3


def test_a_second_source_keeps_the_lines_of_what_it_did_not_parse(pair, work):
    first, second = Watched.over(pair), Watched.over(pair)
    first.look()
    second.look()

    assert work["parsed"] == 2
    for row in SideState.objects.all():
        lines = unpacked_lines(bytes(row.lines), reader="eskip/1")
        assert lines is not None
        assert set(lines.digests) == set(some_routes(10))
    pair.legacy.say(some_routes(10, r0='"http://new"'))
    assert second.look() == "lag"


def test_an_unchanged_pair_parses_and_writes_nothing_but_counts(watched, work):
    watched.look()
    work.update(parsed=0, packed=0)
    rows = (Snapshot.objects.count(), Reading.objects.count(), Comparison.objects.count())

    for _ in range(3):
        watched.look()

    assert (work["parsed"], work["packed"], work["compared"]) == (0, 0, 0)
    assert (Snapshot.objects.count(), Reading.objects.count(), Comparison.objects.count()) == rows
    assert watched.state.looks == 4


def test_a_body_seen_before_is_known_again(watched, work):
    """A table that goes back and forth is parsed once a version while a side shows it."""
    new = some_routes(10, r0='"http://new"')
    watched.look()
    watched.pair.say(new)
    watched.look()

    watched.pair.say(some_routes(10))
    watched.look()

    legacy = watched.side(Side.LEGACY)
    assert stored_body(legacy.snapshot_id) == table_of(some_routes(10))
    lines = unpacked_lines(bytes(legacy.lines), reader="eskip/1")
    reading = Reading.objects.get(snapshot=legacy.snapshot_id)
    assert legacy.digest == reading.digest
    assert lines is not None
    now = watched.begin(after=60).order.legacy.before
    assert now.lines.digests == lines.digests


def test_findings_are_kept_with_both_texts_before_any_rule(watched):
    differ(watched.pair)

    watched.look()

    found = {row.key: (row.kind, row.left, row.right) for row in Finding.objects.all()}
    assert found["r0"][0] == Kind.BACKEND
    assert 'http://left"' in found["r0"][1]
    assert 'http://right"' in found["r0"][2]
    assert found["r10"][:2] == (Kind.ONLY_IN_SHADOW, "")
    assert found["r10"][2]
    assert set(found) == {"r0", "r1", "r10"}


def test_where_a_finding_was_pruned_the_pair_is_compared_again(pair, work):
    differ(pair)
    first, second = Watched.over(pair), Watched.over(pair)
    first.look()
    first.source.occurrences.all().delete()
    Finding.objects.filter(key="r0").delete()

    second.look()

    assert work["compared"] == 2
    assert Finding.objects.count() == 3


def test_a_doubtful_build_leaves_nothing_that_a_later_one_would_believe(watched):
    SelfTest.objects.create(build=BUILD, at=NOW, failure="The self-test found nothing.")
    differ(watched.pair)

    assert watched.look() == "untrusted"

    assert not Reading.objects.exists()
    assert not Comparison.objects.exists()
    assert not Finding.objects.exists()


@pytest.mark.parametrize("count", [11, 9])
def test_a_table_in_doubt_is_not_compared(watched, count):
    watched.look()
    watched.pair.shadow.say_bytes(table_of(some_routes(5)), count=count)

    assert watched.look() == "truncated"

    assert not Finding.objects.exists()


def test_two_hundred_looks_of_a_churning_table_cost_little_more_than_their_changes(watched):
    routes = {f"r{n}": f'"http://r{n}.{hash(n) % 9973}.example.org:{n}"' for n in range(800)}
    whole = 0
    for number in range(40):
        routes[f"r{number}"] = f'"http://changed{number}"'
        watched.pair.say(routes)
        watched.look()
        whole += len(table_of(routes))

    stored = sum(len(bytes(row.data)) for row in Snapshot.objects.all())
    assert Snapshot.objects.count() == 40
    assert stored < whole / 50
    assert not Snapshot.objects.filter(base__base__isnull=False).exists()
    newest = watched.side(Side.LEGACY).snapshot_id
    assert stored_body(newest) == table_of(routes)
