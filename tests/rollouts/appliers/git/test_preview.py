"""A preview is the very commit, before anybody clicks, and writes nothing."""

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

TEXT = (
    "a: 1\nb: 2\nc: 3\nconfig_items:\n  db_password: hunter2\n  flag: pre # now\n"
    "  kms: " + "AQICAHi" * 12 + "\nd: 4\ne: 5\n"
)


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, {"clusters/kube-1.yaml": TEXT})


def test_shows_the_commit_as_it_will_be(tmp_path, repository):
    applier, wanted = applier_for(tmp_path, repository), order(place(repository, "kube-1"))
    before = repository.head()

    preview = applier.preview(wanted)

    assert repository.head() == before
    assert (preview.head, preview.files, preview.governed, preview.instructions) == (
        before,
        ("clusters/kube-1.yaml",),
        ("kube-1",),
        "",
    )
    applier.apply(wanted, guard=free)
    assert repository.message() == preview.message


def test_shows_one_line_out_and_one_line_in_and_no_secret(tmp_path, repository):
    preview = applier_for(tmp_path, repository).preview(order(place(repository, "kube-1")))

    assert preview.diff.splitlines() == [
        "--- a/clusters/kube-1.yaml",
        "+++ b/clusters/kube-1.yaml",
        "@@ -3,7 +3,7 @@",
        " c: 3",
        " config_items:",
        "   db_password: …",
        "-  flag: pre # now",
        "+  flag: exec # now",
        "   kms: …",
        " d: 4",
        " e: 5",
    ]


def test_shows_nothing_to_do_where_every_place_holds_the_word(tmp_path, repository):
    repository.commit({"clusters/kube-1.yaml": TEXT.replace("pre", "exec")})

    preview = applier_for(tmp_path, repository).preview(order(place(repository, "kube-1")))

    assert (preview.head, preview.diff, preview.files, preview.message) == (
        repository.head(),
        "",
        (),
        "",
    )


def test_is_refused_as_the_commit_would_be(tmp_path, repository):
    wanted = order(place(repository, "kube-1"), step=("off", "exec"))
    applier = applier_for(tmp_path, repository)

    with pytest.raises(Refused) as previewed:
        applier.preview(wanted)
    with pytest.raises(Refused) as applied:
        applier.apply(wanted, guard=free)

    assert str(previewed.value) == str(applied.value)
    assert previewed.value.lines == applied.value.lines


def test_follows_the_remote(tmp_path, repository):
    applier, wanted = applier_for(tmp_path, repository), order(place(repository, "kube-1"))
    applier.preview(wanted)

    head = repository.commit({"clusters/kube-1.yaml": "x: y\n" + TEXT})

    assert applier.preview(wanted).head == head
