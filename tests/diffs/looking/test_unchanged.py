"""One look over a body that did not change, or whose facts are known: what may be believed."""

from __future__ import annotations

import pytest

from diffs.looking.order import Before, Facts, StoredReport
from diffs.looking.sandwich import take_look
from diffs.outcomes import Outcome, Side
from tests.diffs.looking.memory import Kept, order, payload
from tests.diffs.looking.test_sandwich import TEN, look, said
from tests.servers.pair import some_routes, table_of


def unchanged(**more):
    return payload(b"", **{"sha256": "", "status": 304, "not_modified": True, **more})


def test_an_unchanged_body_is_believed_to_be_the_last_one_and_nothing_else():
    memory = Kept()
    before = memory.keep(TEN)

    seen = look(TEN, unchanged(), memory=memory, shadow_before=before)

    assert (seen.is_equal, seen.shadow.sha256) == (True, before.sha256)
    assert seen.shadow.lines is before.lines


@pytest.mark.parametrize("before", [Before(), Before(sha256="0" * 64)])
def test_an_unchanged_body_that_is_not_kept_proves_nothing(before):
    seen = look(TEN, unchanged(), shadow_before=before)

    assert (seen.problem.outcome, seen.problem.side) == (Outcome.UNREACHABLE, Side.SHADOW)


def test_the_facts_of_a_body_are_not_believed_without_its_lines():
    memory = Kept()
    memory.keep(TEN)

    seen = look(TEN, TEN, memory=memory)

    assert seen.legacy.table is not None
    assert seen.legacy.lines is not None


def test_a_body_that_is_gone_is_not_compared_as_an_empty_table():
    memory = Kept()
    before = memory.keep(TEN)
    memory.bodies.clear()

    with pytest.raises(LookupError):
        look(table_of(some_routes(11)), unchanged(), memory=memory, shadow_before=before)


def test_a_comparison_made_before_is_found_by_both_bodies():
    memory = Kept()
    stored = StoredReport(7, 11, 10, {"d": "r10"})
    legacy, shadow = payload(TEN), payload(table_of(some_routes(11)))
    memory.reports[legacy.sha256, shadow.sha256] = stored

    assert look(legacy, shadow, memory=memory).stored is stored
    assert look(shadow, legacy, memory=memory).stored is None


def test_of_one_side_alone_only_its_own_problems_are_told():
    alone = take_look(order(shadow=None), memory=Kept(), read=said({Side.LEGACY: [payload(TEN)]}))

    assert (alone.problem, alone.shadow, alone.is_equal) == (None, None, False)
    assert isinstance(alone.legacy.facts, Facts)
