"""Over HTTP a credential goes to its remote alone, and into no argument, sentence or other host."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.fetch import Credentials
from rollouts.appliers import NotNow
from tests.rollouts.appliers.git.http_server import served
from tests.rollouts.appliers.git.repositories import (
    WORDS,
    applier_for,
    free,
    make_repository,
    order,
    place,
)
from tests.rollouts.appliers.git.wrappers import wrap_git

CANARY = "canary-7d1c"


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, {"clusters/kube-1.yaml": "config_items:\n  flag: pre\n"})


@pytest.fixture
def server(tmp_path, repository):
    with served(tmp_path, authorization=f"Bearer {CANARY}") as state:
        yield state


def applier_of(tmp_path, server, *, secret=CANARY):
    """Return an applier with a credential for the server."""
    known = {
        "PENUMBRA_CREDENTIAL_WRITER": f"bearer {secret}",
        "PENUMBRA_CREDENTIAL_WRITER_HOSTS": "127.0.0.1",
    }
    credentials = Credentials.from_environment(known)
    return applier_for(tmp_path, remotes=(server.url,), credentials=credentials)


def kept(repository, server):
    """Return where kube-1 is kept, as the server offers it."""
    remote = f"{server.url}/{repository.path.name}"
    return place(repository, "kube-1", remote=remote, credential="writer")


def test_commits_with_a_token(tmp_path, repository, server):
    applier = applier_of(tmp_path, server)

    receipt = applier.apply(order(kept(repository, server)), guard=free)

    assert repository.head() == receipt.reference
    assert set(server.headers) == {f"Bearer {CANARY}"}
    _, modes = applier.read([kept(repository, server)], WORDS)
    assert [one.mode for one in modes.values()] == ["exec"]


def test_a_token_stands_in_no_argument(tmp_path, repository, server, monkeypatch):
    wrapper = wrap_git(
        tmp_path / "bin", monkeypatch, 'echo "$WORDS" >> "$HERE/calls"\nexec "$REAL" "$@"'
    )

    applier_of(tmp_path, server).apply(order(kept(repository, server)), guard=free)

    calls = (wrapper / "calls").read_text()
    assert "push" in calls
    assert CANARY not in calls


def test_a_token_that_a_server_repeats_is_not_told(tmp_path, repository, server):
    server.authorization = "Bearer another"

    with pytest.raises(NotNow) as refused:
        applier_of(tmp_path, server).read([kept(repository, server)], WORDS)

    assert f"Bearer {CANARY}" in server.headers
    assert "No: Bearer …" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_a_token_that_may_read_but_not_write_is_told(tmp_path, repository, server):
    def no_longer():
        server.authorization = "Bearer another"

    head = repository.head()
    with pytest.raises(NotNow, match=r"does not answer: .*No: Bearer …") as refused:
        applier_of(tmp_path, server).apply(order(kept(repository, server)), guard=no_longer)

    assert repository.head() == head
    assert CANARY not in str(refused.value)


def test_a_push_that_fails_on_the_way_is_tried_again_later_not_at_once(
    tmp_path, repository, server, monkeypatch
):
    script = 'if is push; then echo x >> "$HERE/pushes"; exit 128; fi\nexec "$REAL" "$@"'
    wrapper = wrap_git(tmp_path / "bin", monkeypatch, script)

    with pytest.raises(NotNow, match="did not come through"):
        applier_of(tmp_path, server).apply(order(kept(repository, server)), guard=free)

    assert (wrapper / "pushes").read_text() == "x\n"


def test_a_token_does_not_follow_to_another_host(tmp_path, repository, server):
    with served(tmp_path, authorization=f"Bearer {CANARY}") as other:
        server.moved_to = other.url

        with pytest.raises(NotNow, match="does not answer"):
            applier_of(tmp_path, server).read([kept(repository, server)], WORDS)

        assert other.headers == []


def test_a_remote_without_a_credential_is_sent_none(tmp_path, repository, server):
    bare = kept(repository, server)
    options = {name: text for name, text in bare.options.items() if name != "credential"}
    server.authorization = ""

    applier_of(tmp_path, server).apply(order(replace(bare, options=options)), guard=free)

    assert set(server.headers) == {""}


def test_a_lost_answer_to_a_push_is_looked_up_before_anything_else(
    tmp_path, repository, server, monkeypatch
):
    wrap_git(
        tmp_path / "bin",
        monkeypatch,
        'if is push; then "$REAL" "$@" >/dev/null 2>&1; exit 128; fi\nexec "$REAL" "$@"',
    )

    receipt = applier_of(tmp_path, server).apply(order(kept(repository, server)), guard=free)

    assert receipt.reference == repository.head()
    assert len(repository.commits()) == 2
