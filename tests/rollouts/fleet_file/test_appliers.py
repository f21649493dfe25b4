"""What carries a mode out, as a fleet file says it."""

from __future__ import annotations

import pytest

from tests.rollouts.fleet_file.small_fleet import SMALL, changed, problems_of, read


def test_reads_where_a_git_repository_keeps_its_defaults():
    text = changed(
        "branch: main",
        'branch: main\n        defaults: "{alias}/defaults.yaml"\n        defaults_key: a.b',
    )

    rollout = read(text).rollouts[0]

    assert rollout.applier.options["defaults"] == "{alias}/defaults.yaml"
    assert rollout.tiers[0].targets[0].applier_options["defaults"] == "kube-1/defaults.yaml"
    assert rollout.tiers[0].targets[0].applier_options["defaults_key"] == "a.b"


def with_commits_at(address):
    """Return the small fleet with an address at which people read its commits."""
    return changed("branch: main", f'branch: main\n        commit_url: "{address}"')


def test_reads_where_people_read_a_commit():
    address = "https://git.example.org/repo/commit/{commit}"

    rollout = read(with_commits_at(address)).rollouts[0]

    assert rollout.applier.options["commit_url"] == address


@pytest.mark.parametrize(
    "address",
    [
        "https://git.example.org/repo/commit/",
        "https://{commit}.example.org/",
        "https://git.example.org/{commit}/{commit}",
        "javascript:alert(1)//{commit}",
        "https://user:hunter2@git.example.org/{commit}",
    ],
)
def test_refuses_an_address_of_commits_that_leads_nowhere_or_says_too_much(address):
    (problem,) = problems_of(with_commits_at(address))

    assert problem.path == "rollouts.routesrv.applier.git.commit_url"
    assert "hunter2" not in problem.message


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


def with_another_rollout(own="key: config_items.routesrv"):
    """Return the small fleet with a second rollout like the first, its values elsewhere or not."""
    beginning, _, body = SMALL.partition("  routesrv:\n")
    other = body.replace("key: config_items.routesrv", own, 1)
    return f"{beginning}  routesrv:\n{body}  cache:\n{other}"


def test_two_rollouts_may_not_keep_their_modes_in_one_value():
    problems = problems_of(with_another_rollout())

    assert [problem.path for problem in problems] == ["rollouts.cache"] * 2
    first = problems[0]
    assert first.message == (
        "its mode is kept in the same value as that of rollout routesrv:"
        ' "config_items.routesrv" in "clusters/kube-1.yaml", so moving the one moves the other'
    )
    assert with_another_rollout().splitlines()[first.line - 1].strip() == '- "aws:1:eu:kube-1"'


def test_two_rollouts_keep_their_modes_in_values_of_their_own():
    assert not problems_of(with_another_rollout("key: config_items.cache"))


def test_two_rollouts_may_not_share_a_default_either():
    text = with_another_rollout("key: config_items.cache").replace(
        "branch: main", "branch: main\n        defaults: all.yaml\n        defaults_key: flag"
    )

    assert '"flag" in "all.yaml"' in problems_of(text)[0].message
