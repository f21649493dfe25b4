"""One order is one commit that changes one value a place and says who wanted it."""

from __future__ import annotations

import pytest

from rollouts.appliers import NotNow, Overtaken, Receipt, Refused
from tests.rollouts.appliers.git.repositories import (
    KUBE_1,
    KUBE_2,
    applier_for,
    free,
    make_repository,
    make_two_clusters,
    order,
    place,
)


@pytest.fixture
def repository(tmp_path):
    return make_two_clusters(tmp_path)


def test_changes_one_value_and_no_other_byte(tmp_path, repository):
    before = repository.head()

    receipt = applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1")), guard=free
    )

    assert (receipt.reference, receipt.was_there) == (repository.head(), False)
    assert repository.commits() == [receipt.reference, before]
    assert repository.file("clusters/kube-1.yaml").decode() == KUBE_1.replace('"pre"', '"exec"')
    assert repository.file("clusters/kube-2.yaml").decode() == KUBE_2


def test_the_receipt_shows_what_was_written_also_to_whoever_finds_the_commit(tmp_path, repository):
    wanted, applier = order(place(repository, "kube-1")), applier_for(tmp_path, repository)
    before = applier.preview(wanted)

    first = applier.apply(wanted, guard=free)
    applier.apply(order(place(repository, "kube-2"), idempotency_key="e" * 32), guard=free)
    found = applier.apply(wanted, guard=free)

    assert '+  flag: "exec"' in before.diff
    assert first.written == found.written == before
    assert found.written.message == repository.message(first.reference)


def test_carries_out_all_places_by_one_commit(tmp_path, repository):
    places = [place(repository, name) for name in ("kube-1", "kube-2")]

    applier_for(tmp_path, repository).apply(order(*places), guard=free)

    assert len(repository.commits()) == 2
    for name in ("kube-1", "kube-2"):
        assert b'flag: "exec" # by' in repository.file(f"clusters/{name}.yaml")


def test_signs_with_trailers_that_git_reads(tmp_path, repository):
    applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=free)

    assert repository.trailers() == [
        ("Promotion-Id", "P-42"),
        ("Rollout", "routesrv"),
        ("Tier", "playground"),
        ("Generation", "3"),
        ("Requested-By", "alice"),
        ("Approved-By", "bob"),
        ("Approved-By", "charlie"),
        ("Evidence", "ab" * 32),
        ("Audit-Head", "cd" * 32),
        ("Idempotency-Key", "5f" * 32),
    ]
    assert repository.message().splitlines()[:5] == [
        "routesrv: playground from shadow to exec",
        "",
        "routesrv, tier playground: shadow to exec for kube-1.",
        "",
        "> Equal for a week.",
    ]


def test_commits_in_the_name_of_the_deployment(tmp_path, repository):
    applier = applier_for(tmp_path, repository, name="Penny", mail="penny@example.org")

    applier.apply(order(place(repository, "kube-1")), guard=free)

    assert repository.people() == ["Penny <penny@example.org>"] * 2


def test_writes_nothing_where_every_place_holds_the_word(tmp_path, repository):
    head = repository.commit({"clusters/kube-1.yaml": KUBE_1.replace("pre", "exec")})

    receipt = applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1")), guard=free
    )

    assert receipt == Receipt(head, was_there=True)
    assert repository.head() == head


def test_changes_only_the_places_that_do_not_hold_the_word(tmp_path, repository):
    repository.commit({"clusters/kube-1.yaml": KUBE_1.replace("pre", "exec")})
    places = [place(repository, name) for name in ("kube-1", "kube-2")]

    applier_for(tmp_path, repository).apply(order(*places), guard=free)

    assert repository.changed() == ["clusters/kube-2.yaml"]


def test_writes_nothing_when_the_guard_says_so(tmp_path, repository):
    before = repository.head()

    def overtaken():
        raise Overtaken("The lease is gone.")

    with pytest.raises(Overtaken, match="lease"):
        applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=overtaken)

    assert repository.head() == before


def test_a_commit_of_somebody_else_meanwhile_is_kept(tmp_path, repository):
    moves = iter(
        [{"README.md": "Ho\n"}, {"clusters/kube-1.yaml": KUBE_1.replace("last: x", "y: z")}]
    )

    def busy():
        files = next(moves, None)
        if files:
            repository.commit(files)

    receipt = applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1")), guard=busy
    )

    assert repository.head() == receipt.reference
    assert len(repository.commits()) == 4
    assert repository.file("README.md") == b"Ho\n"
    assert repository.file("clusters/kube-1.yaml").decode() == (
        KUBE_1.replace("pre", "exec").replace("last: x", "y: z")
    )


def test_judges_anew_what_somebody_changed_meanwhile(tmp_path, repository):
    def foreign():
        repository.commit({"clusters/kube-1.yaml": KUBE_1.replace("pre", "false")})

    with pytest.raises(
        Refused, match=r"kube-1\.yaml:4 says 'false', not 'pre' as shadow is written"
    ):
        applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=foreign)


def test_gives_up_for_now_where_others_are_always_faster(tmp_path, repository):
    def busy():
        repository.commit({"README.md": repository.head()})

    with pytest.raises(NotNow, match="faster"):
        applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=busy)

    assert b"pre" in repository.file("clusters/kube-1.yaml")


def test_a_remote_that_declines_is_final_and_says_why(tmp_path, repository):
    repository.hook("pre-receive", "echo 'Only on weekdays.' >&2; exit 1")

    with pytest.raises(Refused, match=r"hook declined.*Only on weekdays"):
        applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=free)


def test_works_in_repositories_of_the_longer_hashes(tmp_path):
    repository = make_repository(tmp_path, {"clusters/kube-1.yaml": KUBE_1}, kind="sha256")

    receipt = applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1")), guard=free
    )

    assert receipt.reference == repository.head()
    assert len(receipt.reference) == 64


def test_works_on_the_branch_that_is_named(tmp_path, repository):
    repository.commit({"clusters/kube-1.yaml": KUBE_1}, branch="channel/beta")
    before = repository.head()

    applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1", branch="channel/beta")), guard=free
    )

    assert repository.head() == before
    assert b"exec" in repository.file("clusters/kube-1.yaml", at="channel/beta")


def test_one_order_is_about_one_branch(tmp_path, repository):
    places = [place(repository, "kube-1"), place(repository, "kube-2", branch="beta")]

    with pytest.raises(Refused, match=r"about 2 branches: main of .*, beta of"):
        applier_for(tmp_path, repository).apply(order(*places), guard=free)
    with pytest.raises(Refused, match="about 0 branches"):
        applier_for(tmp_path, repository).apply(order(), guard=free)


def test_a_branch_that_is_not_there_is_refused(tmp_path, repository):
    with pytest.raises(Refused, match="There is no branch gone in file://"):
        applier_for(tmp_path, repository).apply(
            order(place(repository, "kube-1", branch="gone")), guard=free
        )
