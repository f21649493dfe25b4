"""More routes differ than findings are kept: all are counted, and none of them is overlooked."""

from __future__ import annotations

import pytest

from diffs.models import Comparison, Finding, Occurrence
from diffs.operations import keep_pair
from diffs.queries.memory import unpacked_digests
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _few_are_kept(monkeypatch):
    monkeypatch.setattr(keep_pair, "MOST", 2)


def thousand(name):
    """A thousand routes to this host."""
    return {f"r{n:03}": f'"http://{name}{n}"' for n in range(1000)}


def wide(watched):
    """Let the sides differ on all of them."""
    for name in ("legacy", "shadow"):
        getattr(watched.pair, name).say(thousand(name))


def test_only_the_first_findings_are_kept_and_the_comparison_knows_of_all(watched):
    wide(watched)

    watched.look()

    kept = Comparison.objects.get()
    assert (kept.total, kept.matched) == (1000, 0)
    assert len(unpacked_digests(bytes(kept.findings))) == 2
    assert set(Finding.objects.values_list("key", flat=True)) == {"r000", "r001"}
    assert Occurrence.objects.count() == 2


def test_how_many_routes_differ_is_told_in_full(watched):
    wide(watched)

    assert watched.look() == "unconfirmed"
    assert watched.state.sentence.startswith("Seen once: 1,000 of 1,000 routes differ.")
    assert (watched.facts.unkept, watched.facts.differences) == (998, 0)
    assert watched.look(after=7) == "different"

    assert watched.state.sentence == "The two sides disagree on 1,000 of 1,000 routes."
    assert (watched.facts.unkept, watched.facts.differences) == (998, 1000)
    watched.pair.say(thousand("legacy"))
    watched.look()
    assert (watched.facts.unkept, watched.facts.differences) == (0, 0)


def test_routes_beyond_those_kept_are_not_for_sure_before_all_that_are_kept_are(watched):
    watched.pair.shadow.say(some_routes(10, r1='"http://x"', r2='"http://x"', r3='"http://x"'))
    watched.look()
    watched.pair.shadow.say(some_routes(10, r0='"http://y"', r1='"http://x"', r2='"http://x"'))

    assert watched.look() == "different"

    assert watched.facts.differences == 1
    assert "disagree on 1 of 10 routes. 2 more were seen to differ once" in watched.state.sentence


def test_a_route_that_is_wrong_is_no_lag_though_its_finding_is_not_kept(proven):
    """The shadow is late on what is kept; on r9 it says what nobody said."""
    changed = dict.fromkeys(("r0", "r1", "r9"), '"http://new"')
    proven.pair.legacy.say(some_routes(10, **changed))
    proven.pair.shadow.say(some_routes(10, r9='"http://wrong"'))

    assert proven.look() == "unconfirmed"


def test_a_wide_lag_is_a_lag(proven):
    proven.pair.legacy.say({f"r{n}": f'"http://new{n}"' for n in range(10)})

    assert proven.look() == "lag"
    assert "on 10 of 10 routes" in proven.state.sentence
    proven.pair.shadow.say({f"r{n}": f'"http://new{n}"' for n in range(10)})
    assert proven.look(after=5) == "equal"

    assert proven.state.clean_seconds == 125
    assert not Occurrence.objects.exists()


def test_a_wide_lag_that_was_taken_back_beyond_what_is_kept_was_none(proven):
    changed = dict.fromkeys(("r0", "r1", "r9"), '"http://new"')
    proven.pair.legacy.say(some_routes(10, **changed))
    assert proven.look() == "lag"

    proven.pair.say(some_routes(10, **(changed | {"r9": '"http://r9"'})))

    assert proven.look(after=5) == "equal"
    assert proven.state.clean_seconds == 60
