"""What every applier promises to whoever calls it; runs over APPLIERS."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollouts.appliers import APPLIERS, Overtaken
from rollouts.fleet_file.appliers import APPLIERS as READERS
from tests.rollouts.appliers.git.repositories import (
    WORDS,
    free,
    make_repository,
    order,
    place,
    settings_for,
)


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, {"clusters/kube-1.yaml": "config_items:\n  flag: pre\n"})


@pytest.fixture(params=APPLIERS)
def applier(request, tmp_path, repository):
    return APPLIERS[request.param](settings_for(tmp_path, repository))


@pytest.fixture
def wanted(repository):
    return order(place(repository, "kube-1"))


def test_the_fleet_file_knows_the_same_kinds():
    assert APPLIERS.keys() == READERS.keys()


def test_every_applier_is_named_as_it_is_registered(tmp_path):
    kinds = {name: make(settings_for(tmp_path)).kind for name, make in APPLIERS.items()}

    assert kinds == {name: name for name in APPLIERS}


def test_a_preview_says_whom_it_moves_and_writes_nothing(applier, wanted, repository):
    head = repository.head()

    preview = applier.preview(wanted)

    assert preview.governed == ("kube-1",)
    assert bool(preview.diff) != bool(preview.instructions)
    assert repository.head() == head


def test_applying_again_answers_alike_and_writes_no_more(applier, wanted, repository):
    first = applier.apply(wanted, guard=free)
    head = repository.head()

    again = applier.apply(wanted, guard=free)

    assert again.reference == first.reference
    assert repository.head() == head


def test_asks_the_guard_before_it_writes(applier, wanted, repository):
    head = repository.head()

    def overtaken():
        raise Overtaken("Somebody was faster.")

    with pytest.raises(Overtaken, match="faster"):
        applier.apply(wanted, guard=overtaken)
    assert repository.head() == head


def test_reads_the_places_it_keeps_or_none(applier, wanted):
    _, kept = applier.read(wanted.places, WORDS)

    assert kept.keys() in (set(), {one.target for one in wanted.places})


def test_takes_no_notice_of_others_that_it_does_not_govern(applier, wanted, repository):
    others = (place(repository, "kube-2"), place(repository, "kube-3"))

    assert applier.preview(replace(wanted, others=others)) == applier.preview(wanted)
