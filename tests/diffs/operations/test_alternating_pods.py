"""Pods behind one side that disagree, over another side that stands still."""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from diffs.models import SourceSide
from diffs.operations.keep_side_state import RECENT_DIGESTS
from diffs.outcomes import Side
from tests.servers import answers, misbehaving
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def version(number):
    """Ten routes, the first of which has another backend in every version."""
    return some_routes(10, r0=f'"http://v{number}"')


def in_turn(watched, side, versions, *, looks=12):
    """Let one side show versions in turn, a version a look; return the outcomes."""
    outcomes = []
    for number in islice(cycle(versions), looks):
        getattr(watched.pair, side).say(version(number))
        outcomes.append(watched.look())
    return outcomes


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("versions", [(1, 2), (1, 2, 3)])
def test_pods_that_disagree_differ_and_the_other_side_is_not_called_stale(proven, side, versions):
    outcomes = in_turn(proven, side, versions)

    assert "stale_source" not in outcomes
    assert outcomes[-6:] == ["different"] * 6
    assert proven.state.clean_seconds == 0


@pytest.mark.parametrize("side", list(Side))
def test_one_wrong_pod_among_two_differs_and_earns_nothing(proven, side):
    proven.pair.say(version(0))
    proven.look()

    outcomes = in_turn(proven, side, (1, 0))

    assert outcomes[-6:] == ["different", "equal"] * 3
    assert proven.state.clean_seconds == 0


def test_two_addresses_that_disagree_are_no_sign_that_legacy_stands_still(proven):
    with misbehaving(answers.routesrv(table_of(version(9)), count=10)) as sibling:
        proven.pair.shadow.say(version(8))
        rows = SourceSide.objects.filter(source=proven.source, side="shadow")
        rows.update(addresses=[proven.pair.shadow.url, sibling.url])

        outcomes = [proven.look() for _ in range(10)]

    assert outcomes[-4:] == ["different"] * 4


@pytest.mark.parametrize("side", list(Side))
def test_a_side_that_stands_still_while_the_other_shows_ever_new_tables_is_stale(proven, side):
    other = Side.SHADOW if side is Side.LEGACY else Side.LEGACY

    outcomes = in_turn(proven, other, range(1, 7), looks=6)

    assert outcomes[4:] == ["stale_source"] * 2
    assert proven.state.side == side


def test_a_table_of_long_ago_counts_as_new(proven):
    in_turn(proven, "shadow", range(RECENT_DIGESTS + 1), looks=RECENT_DIGESTS + 1)
    recent = proven.side(Side.SHADOW).recent_digests
    before = proven.side(Side.LEGACY).unmoved_looks

    in_turn(proven, "shadow", [RECENT_DIGESTS, RECENT_DIGESTS - 1], looks=2)
    assert proven.side(Side.LEGACY).unmoved_looks == before
    assert set(proven.side(Side.SHADOW).recent_digests) == set(recent)
    in_turn(proven, "shadow", [0], looks=1)

    assert proven.side(Side.LEGACY).unmoved_looks == before + 1
    assert len(proven.side(Side.SHADOW).recent_digests) == RECENT_DIGESTS
