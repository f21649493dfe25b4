"""The document of a step's evidence: what is in it, what is not, and what it costs to ask."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diffs.models import Occurrence
from ledger.clock import database_now
from rollouts.evidence import digest_of, worse
from rollouts.machine import Mode
from rollouts.models import Target, Tier
from rollouts.queries.order import place_of
from rollouts.queries.step_evidence import policy_version, step_evidence
from tests.rollouts.queries.steps import (
    more_clusters,
    open_promotion,
    put,
    set_scene,
    tier,
    to_exec,
    verdicts,
)
from tests.rollouts.stage import (
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
