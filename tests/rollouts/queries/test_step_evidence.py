"""A step of a tier: who would move, what the gates say, and the document that is agreed to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diffs.models import Occurrence
from ledger.clock import database_now
from rollouts.evidence import digest_of, worse
from rollouts.machine import IllegalStep, Mode
from rollouts.models import Target, Tier
from rollouts.queries.order import place_of
from rollouts.queries.step_evidence import policy_version, step_evidence
from tests.rollouts.queries.steps import (
    SOAKED,
    open_promotion,
    put,
    set_scene,
    tier,
    to_exec,
    verdicts,
)
from tests.rollouts.stage import (
    FLEET,
    changed,
    collector_beats,
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


def test_the_document_holds_the_members_with_addresses_generation_and_differences():
    one = target("kube-3")
    put(one, generation=5)
    differ(one, "a")
    digest = Occurrence.objects.get().finding_id

    step = to_exec()

    assert step.digest == digest_of(step.document)
    assert step.document["targets"] == {
        "aws:1:eu:kube-3": {
            "generation": 5,
            "addresses": {
                "legacy": ["http://kube-3.example.org:9911/routes"],
                "shadow": ["http://kube-3.example.org:9090/routes"],
            },
            "differences": {digest: "open"},
            "place": digest_of([{}, place_of(one, one.rollout).fields]),
            "read_back": digest_of(one.read_back),
        }
    }
    assert step.document["gates"] == verdicts(step)
    assert step.document["policy"] == policy_version(tier())


def test_two_looks_at_an_unchanged_fleet_have_one_digest():
    before = to_exec()
    now = database_now()
    stand(target("kube-3"), look_seconds=9.0, looks=99, clean_seconds=1e6, clean_looks=10**6,
          clean_changes=10**6, last_look_at=now, last_proof_at=now)  # fmt: skip

    assert to_exec().digest == before.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum: 2", "quorum: 3"),
        ("soak: 1h", "soak: 2h"),
        ("production: true\n", "production: false\n"),
        ("applier: {manual: {}}", 'applier: {manual: {instructions: "Ask them."}}'),
        ("shadow: pre", "shadow: preview"),
        ("interval: 60s", "interval: 90s"),
    ],
)
def test_what_the_fleet_file_asks_of_a_step_is_in_the_policy_version(old, new):
    before = to_exec()

    load(changed(old, new))

    assert policy_version(tier()) != before.document["policy"]
    assert "policy" in {change.part for change in worse(before.document, to_exec().document)}


def test_another_tiers_policy_is_not_in_the_policy_version():
    before = policy_version(tier())

    load(
        changed("name: test\n        mode", "name: test\n        policy: {soak: 9h}\n        mode")
    )

    assert policy_version(tier()) == before


def test_the_number_of_queries_does_not_grow_with_the_targets():
    few = queries_of_a_step()

    load(more_targets(12))
    let_modes_be_read()
    Target.objects.filter(mode=Mode.UNKNOWN).update(mode=Mode.SHADOW)
    for number in (4, 5, 6):
        differ(target(f"kube-{number}"), f"route {number}")
    open_promotion(tier("test"), target("kube-1"))

    assert len(to_exec().members) == 13
    assert queries_of_a_step() == few


def queries_of_a_step():
    """Return how many queries a step takes from its tier alone."""
    row, now = Tier.objects.get(rollout__key="routesrv", name="production"), collector_beats()
    with CaptureQueriesContext(connection) as queries:
        step_evidence(row, from_mode=Mode.SHADOW, to_mode=Mode.EXEC, now=now)
    return len(queries)


def more_clusters(*numbers):
    """Return the fleet file with more clusters that no tier names yet."""
    lines = "".join(
        f'  - {{key: "aws:1:eu:kube-{number}", alias: kube-{number}, environment: production, '
        "region: eu}\n"
        for number in numbers
    )
    return FLEET.replace("rollouts:\n", f"{lines}rollouts:\n", 1)


def more_targets(count):
    """Return the fleet file with so many more clusters in the tier production."""
    numbers = range(4, 4 + count)
    keys = ", ".join(f'"aws:1:eu:kube-{number}"' for number in (3, *numbers))
    return changed('targets: ["aws:1:eu:kube-3"]', f"targets: [{keys}]", more_clusters(*numbers))


def test_another_read_back_than_was_seen_is_worse():
    then = to_exec().document
    one = target("kube-3")
    put(one, read_back={**one.read_back, "address": "http://127.0.0.1:2/mode"})

    assert [each.sentence for each in worse(then, to_exec().document)] == [
        "aws:1:eu:kube-3 is read back elsewhere now."
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("alias: kube-3, environment: production, region: eu", "alias: kube-3, environment: x"),
        ("alias: kube-3,", 'alias: kube-3, shard: "7",'),
    ],
)
def test_fields_of_a_cluster_that_say_where_its_mode_is_kept_are_part_of_the_evidence(old, new):
    then = to_exec().document
    load(changed(old, new))
    let_modes_be_read()

    assert "place" in [each.part for each in worse(then, to_exec().document)]
