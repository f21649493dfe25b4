"""Bringing the fleet in step with its file: all of it or nothing, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from diffs.models import OutcomeSpan, SideState, Source, SourceState
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.models import Cluster, Rollout, Target, Tier
from rollouts.operations import sync_fleet as operation
from rollouts.operations.sync_fleet import Change, SyncRefused
from tests.rollouts.stage import FLEET, changed, load, stand, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

KUBE_2 = 'targets: ["aws:1:eu:kube-1", "aws:1:eu:kube-2"]'
WITHOUT_KUBE_2 = changed(KUBE_2, 'targets: ["aws:1:eu:kube-1"]')


def everything() -> dict[str, list[tuple[str, ...]]]:
    """Return every row of every table, as the database holds it."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')  # noqa: S608
            rows[table] = [tuple(map(repr, row)) for row in cursor.fetchall()]
    return rows


def lines(changes: Iterable[Change]) -> list[str]:
    return [" ".join(str(change).split()) for change in changes]


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


def test_a_moved_target_keeps_its_history_and_its_proof():
    load()
    one = target("kube-2")
    stand(one, clean_seconds=86_400, looks=99)
    epoch = one.source.epoch
    moved = changed('"aws:1:eu:kube-3"]', '"aws:1:eu:kube-3", "aws:1:eu:kube-2"]', WITHOUT_KUBE_2)

    told = lines(load(moved))

    again = target("kube-2")
    assert "move target routesrv/production/kube-2: from test" in told
    assert (again.pk, again.tier.name, again.mode) == (one.pk, "production", "shadow")
    assert (again.source.epoch, again.source.state.clean_seconds) == (epoch, 86_400)
    assert (again.source.state.looks, again.source.labels["tier"]) == (99, "production")


def test_a_changed_address_restarts_the_proof_and_forgets_that_side_only():
    load()
    one = target("kube-2")
    stand(one, clean_seconds=86_400, clean_looks=50)
    for side in ("legacy", "shadow"):
        SideState.objects.create(source=one.source, side=side, etag='"a"', good_routes=100)
    text = changed(
        KUBE_2,
        'targets: ["aws:1:eu:kube-1", {cluster: "aws:1:eu:kube-2", '
        'shadow: {address: "http://10.0.0.7/routes"}}]',
    )

    told = lines(load(text))

    again = target("kube-2")
    assert told == ["change target routesrv/test/kube-2: shadow side"]
    assert again.source.epoch == one.source.epoch + 1
    assert (again.source.state.clean_seconds, again.source.state.clean_looks) == (0, 0)
    assert again.source.state.restart == "changed: shadow side"
    sides = SideState.objects.filter(source=one.source).order_by("side")
    assert list(sides.values_list("side", "etag", "good_routes")) == [
        ("legacy", '"a"', 100),
        ("shadow", "", None),
    ]
    assert target("kube-1").source.epoch == one.source.epoch


def test_another_interval_keeps_the_proof():
    load()
    one = target("kube-1")
    stand(one, clean_seconds=86_400)

    told = lines(load(changed("interval: 60s", "interval: 30s")))

    again = target("kube-1")
    assert "change target routesrv/test/kube-1: interval 60 s → 30 s" in told
    assert (again.source.interval_seconds, again.source.epoch) == (30, one.source.epoch)
    assert again.source.state.clean_seconds == 86_400


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


def test_a_target_with_a_history_is_given_up_only_by_name():
    load()
    stand(target("kube-2"))
    before = everything()

    with pytest.raises(SyncRefused, match=r"routesrv/test/aws:1:eu:kube-2\n.*with --remove"):
        load(WITHOUT_KUBE_2)

    assert everything() == before


def test_a_target_never_looked_at_is_taken_out_without_asking():
    load()

    told = lines(load(WITHOUT_KUBE_2))

    assert told == ["remove target routesrv/test/aws:1:eu:kube-2: its history stays"]
    assert target("kube-2").removed_at is not None


def test_a_removed_target_is_no_longer_looked_at_and_keeps_its_history():
    load()
    one = target("kube-2")
    stand(one, looks=99)
    OutcomeSpan.objects.create(source=one.source, outcome="equal", epoch=1, began_at=database_now())

    load(WITHOUT_KUBE_2, may_remove=True)

    again = target("kube-2")
    assert again.removed_at is not None
    assert again.source.reads == "none"
    assert again.source.state.looks == 99
    assert again.source.spans.count() == 1
    assert load(WITHOUT_KUBE_2) == ()


def test_a_target_that_comes_back_starts_its_proof_anew_without_a_mode():
    unsaid = changed(
        'mode: shadow\n        targets: ["aws:1:eu:kube-1", ', 'targets: ["aws:1:eu:kube-1", '
    )
    load(unsaid)
    one = target("kube-2")
    Target.objects.filter(pk=one.pk).update(mode="shadow", mode_since=database_now())
    Target.objects.filter(pk=one.pk).update(observed_mode="shadow", observe_problem="no answer")
    Source.objects.filter(pk=one.source_id).update(is_soaking=True)
    stand(one, clean_seconds=86_400, clean_looks=50, clean_since=database_now())
    load(changed(', "aws:1:eu:kube-2"]', "]", unsaid), may_remove=True)

    told = lines(load(unsaid))

    again = target("kube-2")
    state = again.source.state
    assert told == ["return target routesrv/test/kube-2: its proof starts anew"]
    assert (again.pk, again.removed_at) == (one.pk, None)
    assert (again.mode, again.mode_since) == ("unknown", None)
    assert (again.observed_mode, again.observe_problem) == ("", "")
    assert again.source.epoch == one.source.epoch + 1
    assert (again.source.reads, again.source.is_soaking) == ("both", False)
    assert (state.clean_seconds, state.clean_looks, state.clean_since) == (0, 0, None)
    assert state.looks == 3
    assert state.next_look_at <= database_now()


def test_a_target_that_comes_back_at_another_address_is_read_there():
    load()
    one = target("kube-2")
    stand(one)
    load(WITHOUT_KUBE_2, may_remove=True)
    elsewhere = '{cluster: "aws:1:eu:kube-2", shadow: {address: "http://10.0.0.7/routes"}}]'

    load(changed(KUBE_2, f'targets: ["aws:1:eu:kube-1", {elsewhere}'))

    again = target("kube-2")
    assert (again.source.reads, again.source.is_soaking) == ("both", True)
    assert again.source.epoch > one.source.epoch
    assert again.source.sides.get(side="shadow").addresses == ["http://10.0.0.7/routes"]


def test_a_target_that_comes_back_with_a_declared_mode_takes_it():
    load()
    stand(target("kube-2"), clean_seconds=86_400)
    load(WITHOUT_KUBE_2, may_remove=True)

    told = lines(load())

    again = target("kube-2")
    assert "adopt target routesrv/test/kube-2: mode shadow" in told
    assert (again.mode, again.source.is_soaking, again.source.state.clean_seconds) == (
        "shadow", True, 0,
    )  # fmt: skip


def test_a_declared_mode_is_adopted_only_where_none_is_known():
    load()
    Target.objects.filter(pk=target("kube-1").pk).update(mode="exec")
    Target.objects.filter(pk=target("kube-2").pk).update(mode="unknown")

    told = lines(load())

    assert told == ["adopt target routesrv/test/kube-2: mode shadow"]
    assert (target("kube-1").mode, target("kube-2").mode) == ("exec", "shadow")
    adopted = AuditRecord.objects.filter(action="mode_adopted").latest("seq")
    assert (adopted.actor, adopted.before, adopted.after) == ("penumbra", "unknown", "shadow")
    assert adopted.reason == "found in the fleet file"


@pytest.mark.parametrize(
    ("mode", "reads", "is_soaking"),
    [("off", "legacy", False), ("shadow", "both", True), ("exec", "both", False)],
)
def test_the_mode_says_what_is_read_and_whether_it_soaks(mode, reads, is_soaking):
    load(FLEET.replace("mode: shadow", f"mode: {mode}"))

    one = target("kube-1")
    assert (one.mode, one.source.reads, one.source.is_soaking) == (mode, reads, is_soaking)


def test_without_a_declared_mode_both_sides_are_read_and_nothing_soaks():
    load(FLEET.replace("        mode: shadow\n", ""))

    one = target("kube-1")
    assert (one.mode, one.source.reads, one.source.is_soaking) == ("unknown", "both", False)


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


def test_what_people_decided_survives_a_sync():
    load()
    until = database_now() + timedelta(days=3)
    Target.objects.filter(pk=target("kube-1").pk).update(
        set_aside_reason="gone", set_aside_until=until, version=7
    )

    load(changed("interval: 60s", "interval: 30s"))

    one = target("kube-1")
    assert (one.set_aside_reason, one.set_aside_until, one.version) == ("gone", until, 7)
