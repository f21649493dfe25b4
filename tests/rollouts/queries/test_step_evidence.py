"""A step of a tier: who would move, what the gates say, and the document that is agreed to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.machine import IllegalStep, Mode
from rollouts.queries.step_evidence import step_evidence
from tests.rollouts.queries.steps import (
    SOAKED,
    more_clusters,
    put,
    set_scene,
    tier,
    to_exec,
    verdicts,
)
from tests.rollouts.stage import (
    changed,
    differ,
    let_modes_be_read,
    load,
    stand,
    target,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _scene():
    """Everything is proven."""
    set_scene()


def names(rows):
    return [row.name for row in rows]


def test_a_step_with_everything_proven_is_open():
    step = to_exec()

    assert names(step.members) == ["kube-3"]
    assert step.left_out == ()
    assert [str(one.verdict) for one in step.judgements] == ["pass"] * 7
    assert step.is_open
    assert step.closed == ()


def test_one_closed_gate_closes_the_step_and_is_named():
    differ(target("kube-3"), "a")
    stand(target("kube-3"), "different", differences=1, **SOAKED)

    step = to_exec()

    assert not step.is_open
    assert [one.gate for one in step.closed] == ["clean"]


def test_who_cannot_move_is_left_out_with_the_reason():
    load(
        changed('targets: ["aws:1:eu:kube-3"]',
                'targets: ["aws:1:eu:kube-3", "aws:1:eu:kube-4", "aws:1:eu:kube-5", '
                '"aws:1:eu:kube-6"]', more_clusters(4, 5, 6))
    )  # fmt: skip
    let_modes_be_read()
    put(target("kube-4"), set_aside_until=database_now() + timedelta(days=1), mode=Mode.SHADOW)
    put(target("kube-5"), mode=Mode.UNKNOWN)
    put(target("kube-6"), mode=Mode.OFF)

    step = to_exec()

    assert names(step.members) == ["kube-3"]
    assert [(row.name, why) for row, why in step.left_out] == [
        ("kube-4", "set aside"),
        ("kube-5", "its mode is unknown"),
        ("kube-6", "its mode is off"),
    ]
    assert list(step.document["targets"]) == ["aws:1:eu:kube-3"]
    assert step.is_open


def test_a_target_whose_time_aside_is_over_moves_again():
    put(target("kube-3"), set_aside_until=database_now() - timedelta(seconds=1))

    assert names(to_exec().members) == ["kube-3"]


def test_only_the_named_move_and_a_named_one_only_if_it_can():
    one, other = target("kube-1"), target("kube-2")
    put(one, mode=Mode.SHADOW, observed_mode=Mode.SHADOW)
    put(other, mode=Mode.SHADOW, observed_mode=Mode.SHADOW)

    named = to_exec("test", named={one.pk, target("kube-3").pk})

    assert names(named.members) == ["kube-1"]
    assert [(row.name, why) for row, why in named.left_out] == [("kube-2", "not named")]

    put(one, mode=Mode.EXEC)
    nobody = to_exec("test", named={one.pk})
    assert nobody.members == ()
    assert [(row.name, why) for row, why in nobody.left_out] == [
        ("kube-1", "its mode is exec"),
        ("kube-2", "not named"),
    ]


def test_a_step_that_moves_nobody_is_closed_by_every_gate():
    put(target("kube-3"), mode=Mode.UNKNOWN)

    step = to_exec()

    assert not step.is_open
    assert set(verdicts(step).values()) == {"unknown"}


def test_a_step_back_asks_no_gate_yet_is_not_open_where_nobody_would_move():
    now = database_now()
    test, production = (
        step_evidence(tier(name), from_mode=Mode.EXEC, to_mode=Mode.SHADOW, now=now)
        for name in ("test", "production")
    )

    assert (test.judgements, test.is_open) == ((), True)
    assert (production.judgements, production.is_open) == ((), False)


def test_a_removed_target_is_neither_moved_nor_left_out():
    put(target("kube-3"), removed_at=database_now())

    step = to_exec()

    assert (step.members, step.left_out) == ((), ())


def test_a_step_that_no_table_knows_is_refused():
    with pytest.raises(IllegalStep):
        step_evidence(tier(), from_mode=Mode.OFF, to_mode=Mode.EXEC, now=database_now())


def test_from_off_the_legacy_side_alone_is_judged():
    one = target("kube-3")
    put(one, mode=Mode.OFF)
    stand(one, "not_compared", last_proof_at=None, clean_seconds=0)

    step = step_evidence(tier(), from_mode=Mode.OFF, to_mode=Mode.SHADOW, now=database_now())

    assert verdicts(step) == {"reachable": "pass", "fresh": "pass", "alone": "pass"}
