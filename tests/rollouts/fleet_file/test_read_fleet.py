"""What a good fleet file becomes."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from rollouts.fleet_file import FleetFileError, PolicySpec, ReadBackSpec, read_fleet
from tests.rollouts.fleet_file.small_fleet import DATA, SMALL, changed, problems_of, read

DAY = 86400


@pytest.fixture
def example():
    return read_fleet((DATA / "fleet.example.yaml").read_bytes(), name="fleet.example.yaml")


def test_reads_the_clusters_with_their_further_fields():
    kube_1, kube_2 = read(SMALL).clusters

    assert (kube_1.key, kube_1.alias) == ("aws:1:eu:kube-1", "kube-1")
    assert (kube_1.environment, kube_1.region, kube_1.criticality) == ("test", "eu", 1)
    assert kube_1.fields == {"channel": "beta"}
    assert (kube_2.environment, kube_2.region, kube_2.criticality) == ("", "", None)


def test_fills_the_templates_of_each_target(example):
    (play,) = example.rollouts[0].tiers[0].targets

    assert play.key == "aws:1234:eu-central-1:kube-play-1"
    assert play.legacy.addresses == ("http://kube-play-1.example.org:9911/routes",)
    assert play.legacy.credential == "routes-reader"
    assert play.shadow.addresses == ("http://kube-play-1.example.org:9090/routes",)
    assert play.shadow.metrics == "http://kube-play-1.example.org:9912/metrics"
    assert play.read_back.address == "http://kube-play-1.example.org:8080/mode"
    assert play.read_back.pointer == "/skipper_routesrv_enabled"
    assert play.applier_options["file"] == "clusters/kube-play-1.yaml"
    assert play.line == 30


def test_lets_a_target_override_one_key_of_the_template(example):
    (prod,) = example.rollouts[0].tiers[1].targets

    assert prod.legacy.addresses == ("http://10.0.0.7:9911/routes",)
    assert prod.legacy.credential == "routes-reader"
    assert prod.shadow.addresses == ("http://kube-prod-1.example.org:9090/routes",)


def test_lets_a_target_override_one_key_of_the_read_back():
    own = 'cluster: "aws:1:eu:kube-2"\n            read_back: {pointer: /other}'

    (target,) = read(changed('cluster: "aws:1:eu:kube-2"', own)).rollouts[0].tiers[1].targets

    assert target.read_back == ReadBackSpec("http://kube-2.example.org:8080/mode", "/other")


def test_says_how_the_mode_is_reached():
    text = SMALL.replace(
        "        pointer: /mode\n",
        "        pointer: /mode\n        ca_bundle: /etc/ca.pem\n"
        '        proxy: "http://proxy-{alias}.example.org:3128"\n',
    )
    own = 'cluster: "aws:1:eu:kube-2"\n            read_back: {proxy: , ca_bundle: /etc/b.pem}'

    tiers = read(text.replace('cluster: "aws:1:eu:kube-2"', own)).rollouts[0].tiers

    found = [tier.targets[0].read_back for tier in tiers]
    assert [(one.ca_bundle, one.proxy) for one in found] == [
        ("/etc/ca.pem", "http://proxy-kube-1.example.org:3128"),
        ("/etc/b.pem", None),
    ]


def test_wants_a_whole_read_back_of_a_target_where_the_applier_has_none():
    start, end = SMALL.index("      read_back"), SMALL.index("    policy:\n      soak: 2d")
    text = (SMALL[:start] + SMALL[end:]).replace(
        'cluster: "aws:1:eu:kube-2"',
        'cluster: "aws:1:eu:kube-2"\n            read_back: {pointer: /other}',
    )

    (problem,) = problems_of(text)

    assert problem.path == "rollouts.routesrv.tiers[1].targets[0].read_back"
    assert problem.message == "address is missing"


def test_takes_a_key_left_empty_at_a_target_as_none():
    text = changed(
        'cluster: "aws:1:eu:kube-2"',
        'cluster: "aws:1:eu:kube-2"\n            legacy: {credential: , metrics: ~}',
    )

    target = read(text).rollouts[0].tiers[1].targets[0]

    assert target.legacy.credential is None
    assert target.legacy.metrics is None
    assert target.legacy.addresses == ("http://kube-2.example.org:9911/routes",)


def test_keeps_the_templates_as_they_are_written(example):
    rollout = example.rollouts[0]

    assert rollout.evidence.legacy.addresses == ("http://{alias}.example.org:9911/routes",)
    assert rollout.applier.kind == "git"
    assert rollout.applier.options["file"] == "clusters/{alias}.yaml"
    assert rollout.applier.read_back.address == "http://{alias}.example.org:8080/mode"


def test_merges_a_tiers_policy_over_the_rollouts_over_the_defaults():
    test, production = read(SMALL).rollouts[0].tiers

    assert test.policy == PolicySpec(1, 90, 1000, 50, 7 * DAY, DAY, 3600)
    assert production.policy == PolicySpec(
        {"sre": 1, "platform": 1}, 2 * DAY, 1000, 50, 7 * DAY, DAY, 3600
    )


def test_ranks_the_tiers_from_one_and_marks_production():
    tiers = read(SMALL).rollouts[0].tiers

    assert [(t.name, t.rank, t.production) for t in tiers] == [
        ("test", 1, False),
        ("production", 2, True),
    ]


def test_gives_a_targets_own_mode_precedence_over_its_tiers():
    of_the_tier = read(SMALL).rollouts[0].tiers[0]
    own = (
        read(changed('- "aws:1:eu:kube-1"', '- {cluster: "aws:1:eu:kube-1", mode: off}'))
        .rollouts[0]
        .tiers[0]
    )

    assert (of_the_tier.mode, of_the_tier.targets[0].mode) == ("shadow", "shadow")
    assert (own.mode, own.targets[0].mode) == ("shadow", "off")


@pytest.mark.parametrize("off", ["off", '"off"', "'off'"])
def test_reads_off_with_quotes_or_without(off):
    rollout = read(changed("mode: shadow", f"mode: {off}")).rollouts[0]

    assert rollout.tiers[0].mode == "off"


@pytest.mark.parametrize("directive", ["", "%YAML 1.1\n---\n", "\ufeff", "---\n"])
def test_reads_off_as_a_word_whatever_version_of_yaml_the_file_claims(directive):
    text = directive + changed("mode: shadow", "mode: off")

    assert read(text).rollouts[0].tiers[0].mode == "off"


def test_takes_outside_values_as_they_are_spelt_even_false_and_numbers():
    modes = read(changed("shadow: pre", "shadow: 010")).rollouts[0].modes

    assert modes == {"off": "false", "shadow": "010", "exec": "exec"}


def test_reads_several_addresses_of_one_side():
    text = changed(
        'address: "http://{alias}.example.org:9090/routes"',
        'address: ["http://{alias}-a.example.org/routes", "http://{alias}-b.example.org/routes"]',
    )

    target = read(text).rollouts[0].tiers[0].targets[0]

    assert target.shadow.addresses == (
        "http://kube-1-a.example.org/routes",
        "http://kube-1-b.example.org/routes",
    )


def test_fills_every_placeholder_a_cluster_has():
    text = changed(
        ":9911/routes", ":9911/{region}/{environment}/{criticality}/{local_id}/{channel}/{key}"
    ).replace('          - cluster: "aws:1:eu:kube-2"\n', "          []\n")

    target = read(text).rollouts[0].tiers[0].targets[0]

    assert target.legacy.addresses == (
        "http://kube-1.example.org:9911/eu/test/1/kube-1/beta/aws:1:eu:kube-1",
    )


def test_reads_the_other_ways_of_a_side():
    text = changed(
        "credential: routes-reader",
        'ca_bundle: /etc/ca.pem\n        proxy: "http://{region}.example.org:3128"\n'
        "        paging: 500",
    ).replace("alias: kube-2", "alias: kube-2\n    region: us")

    legacy = read(text).rollouts[0].tiers[1].targets[0].legacy

    assert (legacy.ca_bundle, legacy.proxy, legacy.paging) == (
        "/etc/ca.pem",
        "http://us.example.org:3128",
        500,
    )


def test_names_a_rollout_by_its_key_where_it_has_no_title(example):
    assert read(SMALL).rollouts[0].title == "routesrv"
    assert example.rollouts[0].title == "Skipper reads its routes from the route server"


@pytest.mark.parametrize("targets", ["targets: []", "mode: off"])
def test_takes_a_tier_without_targets(targets):
    text = changed('targets:\n          - cluster: "aws:1:eu:kube-2"', targets)

    assert read(text).rollouts[0].tiers[1].targets == ()


def test_takes_a_fleet_of_nothing():
    fleet = read("version: 1\nclusters: []\nrollouts: {}\n")

    assert (fleet.clusters, fleet.rollouts) == ((), ())


def test_takes_the_names_of_formats_from_the_caller():
    data = changed("format: eskip", "format: match_rate").encode()

    with pytest.raises(FleetFileError, match="unknown format"):
        read_fleet(data, name="fleet.yaml")
    fleet = read_fleet(data, name="fleet.yaml", formats=("eskip", "match_rate"))

    assert fleet.rollouts[0].evidence.format == "match_rate"


def test_lets_two_anchored_tiers_share_a_policy():
    text = changed("policy: {soak: 90s}", "policy: &short {soak: 90s, quorum: 2}").replace(
        "policy: {quorum: {sre: 1, platform: 1}}", "policy: *short"
    )

    assert [tier.policy.soak_seconds for tier in read(text).rollouts[0].tiers] == [90, 90]


def test_gives_values_that_json_can_hold(example):
    document = json.loads(json.dumps(asdict(example)))

    assert document["rollouts"][0]["tiers"][1]["policy"]["quorum"] == {"platform": 1, "sre": 1}


def test_the_examples_have_no_problem():
    for path in sorted(DATA.glob("fleet.*.yaml")):
        assert problems_of(path.read_bytes()) == (), path.name
