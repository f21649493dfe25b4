"""The fleet file of the demo is one that Penumbra takes."""

from __future__ import annotations

import pytest

from demo.fleet_file import sides_of, write_fleet_file
from demo.gallery import EVERY_CLUSTER, GALLERY
from demo.gallery import TIERS as GALLERY_TIERS
from demo.story import TIERS, Part
from demo.zones import TIERS as ZONE_TIERS
from demo.zones import ZONES
from rollouts.fleet_file import read_fleet

ADDRESSES = {
    cluster.alias: {
        "legacy": f"http://127.0.0.1:{4000 + number}/routes",
        "shadow": f"http://127.0.0.1:{5000 + number}/routes",
        "metrics": f"http://127.0.0.1:{6000 + number}/metrics",
        "mode": f"http://127.0.0.1:7000/{cluster.alias}/mode",
    }
    for number, cluster in enumerate(EVERY_CLUSTER)
}

for zone in ZONES:
    ADDRESSES[zone.alias] |= {
        "zone-legacy": f"http://127.0.0.1:7001/{zone.alias}/records",
        "zone-shadow": f"http://127.0.0.1:7002/{zone.alias}/records",
        "zone-mode": f"http://127.0.0.1:7001/{zone.alias}/mode",
    }

REMOTE = "file:///demo/config.git"


@pytest.fixture
def fleet(tmp_path):
    path = tmp_path / "fleet.yaml"
    write_fleet_file(path, ADDRESSES, remote=REMOTE)
    return read_fleet(path.read_bytes(), name="fleet.yaml")


def test_holds_every_cluster_of_the_story(fleet):
    assert [one.key for one in fleet.clusters] == [cluster.key for cluster in EVERY_CLUSTER]
    assert [one.alias for one in fleet.clusters] == [cluster.alias for cluster in EVERY_CLUSTER]


def test_puts_the_tiers_in_order_and_marks_production(fleet):
    rollout, gallery, resolver = fleet.rollouts

    assert [tier.name for tier in resolver.tiers] == [*ZONE_TIERS]
    assert [tier.name for tier in gallery.tiers] == [*GALLERY_TIERS]
    assert [tier.name for tier in rollout.tiers] == [*TIERS]
    assert [tier.production for tier in rollout.tiers] == [False, False, False, True]


def test_gives_every_target_its_own_addresses(fleet):
    targets = [
        target
        for rollout in fleet.rollouts[:2]
        for tier in rollout.tiers
        for target in tier.targets
    ]

    for cluster, target in zip(EVERY_CLUSTER, targets, strict=True):
        legacy, shadow = sides_of(cluster, ADDRESSES[cluster.alias])
        assert target.legacy.addresses == tuple(legacy)
        assert target.shadow.addresses == tuple(shadow)
        assert target.shadow.metrics == ADDRESSES[cluster.alias]["metrics"]
        assert target.read_back.address == ADDRESSES[cluster.alias]["mode"]


def test_only_the_gallerys_own_mistake_has_the_sides_in_each_others_place():
    for cluster in EVERY_CLUSTER:
        addresses = ADDRESSES[cluster.alias]
        legacy, shadow = [addresses["legacy"]], [addresses["shadow"]]
        is_swapped = cluster.part is Part.SWAPPED
        assert sides_of(cluster, addresses) == (
            (shadow, legacy) if is_swapped else (legacy, shadow)
        )


def test_pods_with_addresses_of_their_own_stand_as_a_list(tmp_path):
    (stuck,) = [cluster for cluster in GALLERY if cluster.part is Part.STUCK]
    pods = {f"pod-{number}": f"http://127.0.0.1:800{number}/routes" for number in (1, 2, 3)}
    path = tmp_path / "fleet.yaml"
    many = {**ADDRESSES, stuck.alias: {**ADDRESSES[stuck.alias], **pods}}

    write_fleet_file(path, many, remote=REMOTE)

    gallery = read_fleet(path.read_bytes(), name="fleet.yaml").rollouts[1]
    targets = [target for tier in gallery.tiers for target in tier.targets]
    (target,) = [one for one in targets if one.cluster.alias == stuck.alias]
    assert target.legacy.addresses == tuple(pods.values())


def test_lets_each_cluster_have_a_value_of_its_own_in_the_repository(fleet):
    rollout, *_ = fleet.rollouts

    assert rollout.applier.kind == "git"
    for tier in rollout.tiers:
        for target in tier.targets:
            assert target.applier_options["remote"] == REMOTE
            assert target.applier_options["file"] == f"clusters/{target.cluster.alias}.yaml"


def test_asks_for_minutes_where_a_company_asks_for_days(fleet):
    assert [rollout.evidence.interval_seconds for rollout in fleet.rollouts] == [15, 20, 20]
    for rollout in fleet.rollouts:
        assert (rollout.policy.soak_seconds, rollout.policy.bake_seconds) == (45, 30)
        assert rollout.policy.looks <= 3


def test_tells_a_person_how_to_carry_out_a_mode_of_the_gallery(fleet):
    _, gallery, _ = fleet.rollouts

    assert gallery.applier.kind == "manual"
    for tier in gallery.tiers:
        for target in tier.targets:
            said = target.applier_options["instructions"]
            assert said.startswith('curl -X PUT -d \'{"skipper_routesrv_enabled": "{to}"}\' ')
            assert said.endswith("/{alias}/mode")
    assert len(GALLERY) == sum(len(tier.targets) for tier in gallery.tiers)


def test_compares_the_zones_as_records_in_clusters_of_the_story(fleet):
    *_, resolver = fleet.rollouts

    assert resolver.evidence.format == "records"
    assert resolver.evidence.options["tolerance"] == {"/weight": "0.01"}
    targets = [target for tier in resolver.tiers for target in tier.targets]
    assert [target.cluster.alias for target in targets] == [zone.alias for zone in ZONES]
    for target in targets:
        sides = ADDRESSES[target.cluster.alias]
        assert target.legacy.addresses == (sides["zone-legacy"],)
        assert target.shadow.addresses == (sides["zone-shadow"],)
        assert target.read_back.address == sides["zone-mode"]
        assert "curl -X PUT" in target.applier_options["instructions"]


def test_refuses_mode_addresses_without_a_common_form(tmp_path):
    stray = {**ADDRESSES, "kube-play-1": {**ADDRESSES["kube-play-1"], "mode": "http://a/b/mode"}}

    with pytest.raises(ValueError, match="no common form"):
        write_fleet_file(tmp_path / "fleet.yaml", stray, remote=REMOTE)


def test_refuses_to_leave_a_cluster_out(tmp_path):
    some = {alias: sides for alias, sides in ADDRESSES.items() if alias != "kube-prod-1"}

    with pytest.raises(KeyError, match="kube-prod-1"):
        write_fleet_file(tmp_path / "fleet.yaml", some, remote=REMOTE)
