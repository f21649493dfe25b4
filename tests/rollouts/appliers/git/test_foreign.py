"""A value that governs clusters which the order does not name moves nobody."""

from __future__ import annotations

import pytest

from rollouts.appliers import Refused
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)

OWN = 'config_items:\n  flag: "pre"\n'
NONE = "config_items:\n  other: x\n"
DEFAULTS = """\
# flag: a three state switch
{{if eq .Cluster.Environment "production"}}
flag: "false"
{{else}}
flag: "pre"
{{end}}
"""


@pytest.fixture
def repository(tmp_path):
    files = {
        "clusters/own-1.yaml": OWN,
        "clusters/test-1.yaml": NONE,
        "clusters/test-2.yaml": NONE,
        "clusters/prod-1.yaml": NONE,
        "defaults.yaml": DEFAULTS,
    }
    return make_repository(tmp_path, files)


@pytest.fixture
def fleet(repository):
    def at(name, environment):
        return place(repository, name, environment=environment, defaults="defaults.yaml")

    named = [("own-1", "test"), ("test-1", "test"), ("test-2", "test"), ("prod-1", "production")]
    return {name: at(name, environment) for name, environment in named}


def wanted(fleet, *names, **changes):
    """Return an order for some clusters of the fleet, the others beside them."""
    others = [place for name, place in fleet.items() if name not in names]
    return order(*(fleet[name] for name in names), others=others, **changes)


def refusal(tmp_path, repository, asked):
    """Return what an order is refused with; nothing is written."""
    head = repository.head()
    with pytest.raises(Refused) as refused:
        applier_for(tmp_path, repository).apply(asked, guard=free)
    assert repository.head() == head
    return str(refused.value), refused.value.lines


def test_a_shared_default_is_refused_and_lists_whom_it_would_move(tmp_path, repository, fleet):
    assert refusal(tmp_path, repository, wanted(fleet, "test-1")) == (
        "defaults.yaml:5 governs 1 more: test-2. Give each a value of its own first, or name them"
        " all in one promotion.",
        ('defaults.yaml:5: flag: "pre"',),
    )


def test_a_value_of_its_own_moves_one_cluster_alone(tmp_path, repository, fleet):
    applier_for(tmp_path, repository).apply(wanted(fleet, "own-1"), guard=free)

    assert repository.changed() == ["clusters/own-1.yaml"]


def test_a_default_moves_when_all_it_governs_are_named(tmp_path, repository, fleet):
    applier = applier_for(tmp_path, repository)

    preview = applier.preview(wanted(fleet, "test-1", "test-2"))
    applier.apply(wanted(fleet, "test-1", "test-2"), guard=free)

    assert preview.governed == ("test-1", "test-2")
    text = repository.file("defaults.yaml").decode()
    assert text == DEFAULTS.replace('"pre"', '"exec"')


def test_the_branch_of_the_default_is_that_of_the_clusters_environment(tmp_path, repository, fleet):
    applier_for(tmp_path, repository).apply(
        wanted(fleet, "prod-1", step=("off", "shadow")), guard=free
    )

    text = repository.file("defaults.yaml").decode()
    assert text == DEFAULTS.replace('"false"', '"pre"')


def test_own_values_and_the_default_are_two_steps(tmp_path, repository, fleet):
    told, _ = refusal(tmp_path, repository, wanted(fleet, "own-1", "test-1", "test-2"))

    assert told == (
        "Values of their own (own-1) and the shared default (test-1, test-2) cannot be changed in"
        " one step. Move those with values of their own first."
    )


def test_own_values_and_the_default_go_back_in_one_step(tmp_path, repository, fleet):
    applier_for(tmp_path, repository).apply(
        wanted(fleet, "own-1", "test-1", "test-2", step=("shadow", "off")), guard=free
    )

    assert repository.changed() == ["clusters/own-1.yaml", "defaults.yaml"]


def test_going_back_moves_nobody_unasked(tmp_path, repository, fleet):
    asked = wanted(fleet, "own-1", "test-1", step=("shadow", "off"))

    assert "governs 1 more: test-2." in refusal(tmp_path, repository, asked)[0]


def test_the_default_follows_after_the_own_values_in_the_same_tier(tmp_path, repository, fleet):
    applier = applier_for(tmp_path, repository)
    applier.apply(wanted(fleet, "own-1"), guard=free)

    applier.apply(
        wanted(fleet, "own-1", "test-1", "test-2", generation=4, idempotency_key="bb" * 32),
        guard=free,
    )

    assert repository.changed() == ["defaults.yaml"]


def test_a_cluster_of_no_rollout_counts(tmp_path, repository, fleet):
    stranger = place(repository, "lab-1", environment="lab", defaults="defaults.yaml")
    fleet["lab-1"] = stranger

    told, _ = refusal(tmp_path, repository, wanted(fleet, "test-1", "test-2"))

    assert "governs 1 more: lab-1." in told


def test_a_cluster_whose_environment_is_not_known_counts(tmp_path, repository, fleet):
    fleet["odd-1"] = place(repository, "odd-1", environment="", defaults="defaults.yaml")

    told, _ = refusal(tmp_path, repository, wanted(fleet, "test-1", "test-2"))

    assert "governs 1 more: odd-1." in told


def test_a_cluster_whose_file_is_not_known_counts(tmp_path, repository, fleet):
    fleet["odd-1"] = place(repository, "odd-1", file=None, defaults="defaults.yaml")

    told, _ = refusal(tmp_path, repository, wanted(fleet, "test-1", "test-2"))

    assert "governs 1 more: odd-1." in told


def test_a_cluster_on_another_branch_or_remote_does_not_count(tmp_path, repository, fleet):
    fleet["beta-1"] = place(repository, "beta-1", branch="beta", defaults="defaults.yaml")
    fleet["far-1"] = place(repository, "far-1", remote="file:///far", defaults="defaults.yaml")

    applier_for(tmp_path, repository).apply(wanted(fleet, "test-1", "test-2"), guard=free)

    assert repository.changed() == ["defaults.yaml"]


@pytest.mark.parametrize(
    ("path", "text", "counts"),
    [
        ("clusters/new-1.yaml", NONE, True),
        ("clusters/new-1.yaml", "{{if .Odd}}\nconfig_items: {flag: pre}\n{{end}}\n", True),
        ("clusters/new-1.yaml", "config_items: [\n", True),
        ("clusters/new-1.yaml", OWN, False),
        ("clusters/README.md", "Hi\n", False),
        ("clusters/.hidden.yaml", NONE, False),
        ("clusters/deeper/new-1.yaml", NONE, False),
        ("new-1.yaml", NONE, False),
    ],
)
def test_a_cluster_that_only_the_repository_knows_counts(
    tmp_path, repository, fleet, path, text, counts
):
    repository.commit({path: text})
    applier = applier_for(tmp_path, repository)
    asked = wanted(fleet, "test-1", "test-2")

    if counts:
        assert "governs 1 more: new-1." in refusal(tmp_path, repository, asked)[0]
    else:
        assert not applier.apply(asked, guard=free).was_there


def test_one_file_for_all_governs_all(tmp_path):
    repository = make_repository(tmp_path, {"all.yaml": "config_items: {flag: pre}\n"})
    fleet = {name: place(repository, name, file="all.yaml") for name in ("a-1", "b-1")}

    assert (
        "all.yaml:1 governs 1 more: b-1." in refusal(tmp_path, repository, wanted(fleet, "a-1"))[0]
    )

    applier_for(tmp_path, repository).apply(wanted(fleet, "a-1", "b-1"), guard=free)
    assert repository.file("all.yaml") == b"config_items: {flag: exec}\n"


def test_one_file_with_a_value_for_each_alias_governs_one_each(tmp_path):
    text = (
        '{{if eq .Cluster.Alias "a-1"}}\nflag: pre\n'
        '{{else if eq .Cluster.Alias "b-1"}}\nflag: pre\n'
        "{{else}}\nflag: pre\n{{end}}\n"
    )
    repository = make_repository(tmp_path, {"all.yaml": text})
    fleet = {
        name: place(repository, name, file="all.yaml", key="flag")
        for name in ("a-1", "b-1", "c-1", "d-1")
    }

    applier_for(tmp_path, repository).apply(wanted(fleet, "a-1", "b-1"), guard=free)

    assert repository.file("all.yaml").decode().splitlines()[1::2] == [
        "flag: exec",
        "flag: exec",
        "flag: pre",
    ]


def test_a_key_of_the_defaults_may_be_another_one(tmp_path):
    files = {"clusters/a-1.yaml": NONE, "defaults.yaml": "items:\n  switch: pre\n"}
    repository = make_repository(tmp_path, files)
    only = place(repository, "a-1", defaults="defaults.yaml", defaults_key="items.switch")

    applier_for(tmp_path, repository).apply(order(only), guard=free)

    assert repository.file("defaults.yaml") == b"items:\n  switch: exec\n"


def test_neither_of_its_own_nor_a_default_is_refused(tmp_path):
    repository = make_repository(tmp_path, {"clusters/a-1.yaml": NONE, "defaults.yaml": "x: y\n"})
    only = place(repository, "a-1", defaults="defaults.yaml")

    told, lines = refusal(tmp_path, repository, order(only))

    assert told == (
        "a-1: There is no config_items.flag in clusters/a-1.yaml, and no flag in defaults.yaml."
        " Give it a value first."
    )
    assert lines[-1] == 'clusters/a-1.yaml: add:   flag: "pre"'
