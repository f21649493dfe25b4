"""Bringing the fleet in step with its file: all of it or nothing, and nothing twice."""

from __future__ import annotations

import pytest

from diffs.models import Source, SourceState
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.models import Cluster, Rollout, Target, Tier
from rollouts.operations import sync_fleet as operation
from tests.rollouts.operations.syncing import WITHOUT_KUBE_2, everything, lines
from tests.rollouts.stage import FLEET, changed, load, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_a_first_load_makes_every_row_and_tells_each():
    changes = load()

    assert [(row.key, row.position) for row in Rollout.objects.all()] == [
        ("routesrv", 0),
        ("cache", 1),
    ]
    ranks = Tier.objects.order_by("rollout__position", "rank")
    assert list(ranks.values_list("rollout__key", "name", "rank", "is_production")) == [
        ("routesrv", "test", 1, False),
        ("routesrv", "production", 2, True),
        ("cache", "test", 1, False),
    ]
    assert {one.mode for one in Target.objects.all()} == {"shadow"}
    assert {(one.reads, one.is_soaking) for one in Source.objects.all()} == {("both", True)}
    told = lines(changes)
    assert told[0] == "add cluster kube-1: aws:1:eu:kube-1"
    assert "add target routesrv/test/kube-2" in told
    assert "adopt target routesrv/test/kube-2: mode shadow" in told
    assert AuditRecord.objects.get(action="fleet_synced").after == [str(one) for one in changes]


def test_new_targets_are_due_at_once():
    before = database_now()

    load()

    assert SourceState.objects.filter(next_look_at__lte=database_now()).count() == 4
    assert SourceState.objects.filter(next_look_at__gte=before).count() == 4


def test_one_cluster_under_two_rollouts_is_one_cluster_with_two_targets():
    load()

    assert Cluster.objects.count() == 3
    both = Target.objects.filter(cluster__alias="kube-1")
    assert {one.rollout.key for one in both} == {"routesrv", "cache"}
    assert len({one.source_id for one in both}) == 2


def test_a_second_load_changes_nothing_and_leaves_no_trace():
    load()
    before = everything()

    assert load() == ()

    assert everything() == before


def test_a_dry_run_tells_what_a_run_does_and_writes_nothing():
    load()
    before = everything()
    text = changed("title: A cache before the routes", "title: Another", WITHOUT_KUBE_2)

    told = load(text, is_dry_run=True)

    assert everything() == before
    assert lines(load(text)) == lines(told)
    assert everything() != before


def test_a_first_dry_run_leaves_an_empty_database_empty():
    before = everything()

    assert len(load(is_dry_run=True)) > 10

    assert everything() == before


def test_what_fails_in_the_middle_leaves_nothing(monkeypatch):
    def broken(*_args: object) -> None:
        raise RuntimeError("no room")

    before = everything()
    monkeypatch.setattr(operation, "_retire_rollouts", broken)

    with pytest.raises(RuntimeError, match="no room"):
        load()

    assert everything() == before


def test_the_order_of_the_file_is_the_rank():
    first, rest = FLEET.index("      - name: test"), FLEET.index("      - name: production")
    end = FLEET.index("  cache:")
    swapped = FLEET[:first] + FLEET[rest:end] + FLEET[first:rest] + FLEET[end:]
    load()

    told = lines(load(swapped))

    ranks = Tier.objects.filter(rollout__key="routesrv").order_by("rank")
    assert [tier.name for tier in ranks] == ["production", "test"]
    assert "change tier routesrv/production: rank 2 → 1" in told
    assert target("kube-3").source.labels["rank"] == 1


def test_a_rollout_and_a_tier_that_are_gone_are_taken_out_and_come_back():
    load()
    end = FLEET.index("  cache:")
    without_production = FLEET[: FLEET.index("      - name: production")]

    told = lines(load(without_production))

    assert "remove tier routesrv/production" in told
    assert "remove rollout cache" in told
    assert not Rollout.objects.filter(key="cache", removed_at=None).exists()
    assert load(without_production) == ()
    back = lines(load(FLEET[:end]))
    assert any(line.startswith("change tier routesrv/production: removed_at") for line in back)


def test_a_renamed_cluster_keeps_its_rows():
    load()
    pk = target("kube-2").pk

    told = lines(load(FLEET.replace("alias: kube-2", "alias: kube-two")))

    assert target("kube-two").pk == pk
    assert "change cluster kube-two: alias kube-2 → kube-two" in told


def test_a_cluster_that_the_file_no_longer_names_is_out_until_it_is_named_again():
    cluster = '  - {key: "aws:1:eu:kube-9", alias: kube-9, environment: test, region: eu}\n'
    more = FLEET.replace("rollouts:\n", f"{cluster}rollouts:\n", 1)
    load(more)

    told = lines(load())
    assert told == ["remove cluster kube-9: aws:1:eu:kube-9"]
    assert Cluster.objects.get(alias="kube-9").removed_at is not None

    load(more)
    assert Cluster.objects.get(alias="kube-9").removed_at is None
