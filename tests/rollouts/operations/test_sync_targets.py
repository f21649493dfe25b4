"""What a sync does to one target: moved, readdressed, removed, taken back, its mode adopted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import OutcomeSpan, SideState, Source
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.models import Target
from rollouts.operations.sync_fleet import SyncRefused
from tests.rollouts.operations.syncing import KUBE_2, WITHOUT_KUBE_2, everything, lines
from tests.rollouts.stage import FLEET, changed, load, stand, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


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
    unsaid = FLEET.replace("        mode: shadow\n", "")
    load(unsaid)
    one = target("kube-2")
    Source.objects.filter(pk=one.source_id).update(is_soaking=True)
    stand(one)
    load(changed(KUBE_2, 'targets: ["aws:1:eu:kube-1"]', unsaid), may_remove=True)
    elsewhere = '{cluster: "aws:1:eu:kube-2", shadow: {address: "http://10.0.0.7/routes"}}]'

    load(changed(KUBE_2, f'targets: ["aws:1:eu:kube-1", {elsewhere}', unsaid))

    again = target("kube-2")
    assert (again.source.reads, again.source.is_soaking) == ("both", False)
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


def test_what_people_decided_survives_a_sync():
    load()
    until = database_now() + timedelta(days=3)
    Target.objects.filter(pk=target("kube-1").pk).update(
        set_aside_reason="gone", set_aside_until=until, version=7
    )

    load(changed("interval: 60s", "interval: 30s"))

    one = target("kube-1")
    assert (one.set_aside_reason, one.set_aside_until, one.version) == ("gone", until, 7)
