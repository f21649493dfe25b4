"""The word that each target really has at the remote's head, and where it stands."""

from __future__ import annotations

import pytest

from rollouts.appliers import Kept, NotNow
from tests.rollouts.appliers.git.repositories import (
    WORDS,
    applier_for,
    make_repository,
    place,
)

FILES = {
    "clusters/own-1.yaml": "config_items:\n  flag: exec\n",
    "clusters/odd-1.yaml": "config_items: {flag: Exec}\n",
    "clusters/two-1.yaml": "config_items: {flag: exec, 'flag': pre}\n",
    "defaults.yaml": 'flag: "false" # for all\n',
}


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, FILES)


def read(tmp_path, repository, *aliases, **options):
    """Return what is kept, by alias, and the head."""
    places = [place(repository, alias, **options) for alias in aliases]
    head, kept = applier_for(tmp_path, repository).read(places, WORDS)
    return head, {one.name: kept[one.target] for one in places}


def test_reads_own_values_and_the_default_at_the_head(tmp_path, repository):
    head, kept = read(tmp_path, repository, "own-1", "new-1", defaults="defaults.yaml")

    assert head == repository.head()
    assert kept == {
        "own-1": Kept("exec", "exec", "clusters/own-1.yaml:2", ""),
        "new-1": Kept("off", "false", "defaults.yaml:1", ""),
    }


def test_says_why_a_mode_cannot_be_told_and_reads_the_rest(tmp_path, repository):
    _, kept = read(tmp_path, repository, "odd-1", "two-1", "new-1", "own-1")

    assert kept == {
        "odd-1": Kept(
            "",
            "Exec",
            "clusters/odd-1.yaml:1",
            "clusters/odd-1.yaml:1 says 'Exec', none of 'false', 'pre', 'exec'.",
        ),
        "two-1": Kept(
            "", "", "", "config_items.flag in clusters/two-1.yaml stands there more than once."
        ),
        "new-1": Kept("", "", "", "There is no file clusters/new-1.yaml."),
        "own-1": Kept("exec", "exec", "clusters/own-1.yaml:2", ""),
    }


def test_reads_anew_what_has_changed(tmp_path, repository):
    read(tmp_path, repository, "own-1")
    repository.commit({"clusters/own-1.yaml": "config_items:\n\n  flag: pre\n"})

    head, kept = read(tmp_path, repository, "own-1")

    assert head == repository.head()
    assert kept["own-1"] == Kept("shadow", "pre", "clusters/own-1.yaml:3", "")


def test_follows_a_branch_that_was_wound_back(tmp_path, repository):
    first = repository.head()
    repository.commit({"clusters/own-1.yaml": "config_items: {flag: pre}\n"})
    read(tmp_path, repository, "own-1")
    repository.wind_back(first)

    head, kept = read(tmp_path, repository, "own-1")

    assert (head, kept["own-1"].mode) == (first, "exec")


def test_reads_each_branch_where_places_lie_on_several(tmp_path, repository):
    repository.commit({"clusters/own-1.yaml": "config_items: {flag: pre}\n"}, branch="beta")
    places = [place(repository, "own-1"), place(repository, "odd-1")]
    beta = place(repository, "own-1", branch="beta")
    elsewhere = type(beta)("aws:beta", "own-1", beta.options, beta.fields)

    head, kept = applier_for(tmp_path, repository).read([*places, elsewhere], WORDS)

    assert head == f"{repository.head()} {repository.head('beta')}"
    assert [kept[one.target].word for one in (*places, elsewhere)] == ["exec", "Exec", "pre"]


def test_reading_nothing_needs_no_remote(tmp_path, repository):
    assert applier_for(tmp_path).read([], WORDS) == ("", {})


def test_a_remote_that_is_away_is_asked_again_later(tmp_path, repository):
    read(tmp_path, repository, "own-1")
    repository.path.rename(repository.path.with_name("away.git"))

    with pytest.raises(NotNow, match="does not answer"):
        read(tmp_path, repository, "own-1")
