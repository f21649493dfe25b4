"""A way back writes what it can in its one commit, and names the rest with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollouts.appliers import Refused
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)

KUBES = ("kube-1", "kube-2", "kube-3")
GOOD = 'config_items:\n  flag: "exec"\n'
FAULTS = {
    "missing": (None, "There is no file clusters/kube-2.yaml."),
    "twice": ("config_items:\n  flag: exec\n  flag: pre\n", "stands there more than once"),
    "nonsense": ("config_items:\n  flag: exce\n", "says 'exce', not 'exec'"),
    "no-key": ("config_items:\n  other: exec\n", "There is no config_items.flag"),
    "template": ("config_items:\n  flag: {{ .Word }}\n", "config_items.flag in"),
}


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, {f"clusters/{one}.yaml": GOOD for one in KUBES})


def back(repository, **changes):
    """Return an order back to shadow, as a rollback gives it."""
    places = [place(repository, one) for one in KUBES]
    facts = {"takes": ("exec",), "leaves": ("off",), "needs_commit": True, "passes_over": True}
    return order(*places, step=("exec", "shadow"), **{**facts, **changes})


def spoil(repository, how="missing"):
    return repository.commit({"clusters/kube-2.yaml": FAULTS[how][0]})


@pytest.mark.parametrize("how", FAULTS)
def test_one_unreadable_file_holds_up_nobody_else(tmp_path, repository, how):
    spoil(repository, how)

    receipt = applier_for(tmp_path, repository).apply(back(repository), guard=free)

    assert repository.changed() == ["clusters/kube-1.yaml", "clusters/kube-3.yaml"]
    assert repository.file("clusters/kube-1.yaml") == GOOD.replace("exec", "pre").encode()
    (left,) = receipt.left_out
    assert (left.target, left.name) == ("aws:1:eu-central-1:kube-2", "kube-2")
    assert FAULTS[how][1] in left.reason


def test_the_lines_that_it_is_about_come_along(tmp_path, repository):
    spoil(repository, "nonsense")

    receipt = applier_for(tmp_path, repository).apply(back(repository), guard=free)

    assert receipt.left_out[0].lines == ("clusters/kube-2.yaml:2:   flag: exce",)


def test_the_commit_says_for_whom_it_is_and_for_whom_it_is_not(tmp_path, repository):
    spoil(repository)

    applier_for(tmp_path, repository).apply(back(repository), guard=free)

    said = " ".join(repository.message().split())
    assert "exec to shadow for kube-1, kube-3." in said
    assert "Left out, since it could not be written: kube-2." in said
    assert ("Promotion-Id", "P-42") in repository.trailers()


def test_where_nobody_can_be_written_there_is_still_the_one_commit(tmp_path, repository):
    repository.commit({f"clusters/{one}.yaml": None for one in KUBES})

    receipt = applier_for(tmp_path, repository).apply(back(repository), guard=free)

    assert [one.name for one in receipt.left_out] == list(KUBES)
    assert receipt.reference == repository.head()
    assert repository.changed() == []


def test_a_second_call_finds_the_commit_and_leaves_out_the_same(tmp_path, repository):
    spoil(repository)
    applier = applier_for(tmp_path, repository)
    first = applier.apply(back(repository), guard=free)
    repository.commit({"clusters/kube-2.yaml": GOOD})

    second = applier.apply(back(repository), guard=free)

    assert second.was_there
    assert (second.reference, second.left_out) == (first.reference, first.left_out)
    assert len(repository.commits()) == 4


def test_a_default_that_governs_others_is_left_and_own_values_go_back(tmp_path, repository):
    repository.commit(
        {"clusters/kube-2.yaml": "config_items: {}\n", "defaults.yaml": 'flag: "exec"\n'}
    )
    places = [place(repository, one, defaults="defaults.yaml") for one in KUBES]
    other = place(repository, "kube-9", defaults="defaults.yaml")
    wanted = replace(back(repository), places=tuple(places), others=(other,))

    receipt = applier_for(tmp_path, repository).apply(wanted, guard=free)

    assert [one.name for one in receipt.left_out] == ["kube-2"]
    assert "governs 1 more: kube-9" in receipt.left_out[0].reason
    assert repository.changed() == ["clusters/kube-1.yaml", "clusters/kube-3.yaml"]


def test_the_preview_tells_beforehand(tmp_path, repository):
    spoil(repository)

    preview = applier_for(tmp_path, repository).preview(back(repository))

    assert preview.files == ("clusters/kube-1.yaml", "clusters/kube-3.yaml")
    assert preview.governed == ("kube-1", "kube-3")
    assert [one.name for one in preview.left_out] == ["kube-2"]


def test_the_risky_direction_stays_all_or_nothing(tmp_path, repository):
    repository.commit({f"clusters/{one}.yaml": GOOD.replace("exec", "pre") for one in KUBES})
    head = spoil(repository)
    places = [place(repository, one) for one in KUBES]

    with pytest.raises(Refused, match="kube-2: There is no file"):
        applier_for(tmp_path, repository).apply(order(*places), guard=free)

    assert repository.head() == head
