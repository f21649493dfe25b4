"""What carries a mode out, as a fleet file says it."""

from __future__ import annotations

from tests.rollouts.fleet_file.small_fleet import SMALL, changed, read


def test_reads_where_a_git_repository_keeps_its_defaults():
    text = changed(
        "branch: main",
        'branch: main\n        defaults: "{alias}/defaults.yaml"\n        defaults_key: a.b',
    )

    rollout = read(text).rollouts[0]

    assert rollout.applier.options["defaults"] == "{alias}/defaults.yaml"
    assert rollout.tiers[0].targets[0].applier_options["defaults"] == "kube-1/defaults.yaml"
    assert rollout.tiers[0].targets[0].applier_options["defaults_key"] == "a.b"


def test_reads_a_rollout_that_a_person_carries_out():
    text = SMALL.replace(
        SMALL[SMALL.index("      git:") : SMALL.index("    policy:\n      soak: 2d")],
        "      manual:\n        instructions: |\n"
        "          Open {{ the console }}.\n          Set it.\n",
    )

    applier = read(text).rollouts[0].applier

    assert applier.kind == "manual"
    assert applier.options == {"instructions": "Open {{ the console }}.\nSet it.\n"}
    assert applier.read_back is None
