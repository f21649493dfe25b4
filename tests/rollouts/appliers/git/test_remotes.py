"""Git goes only where the deployment lets it, with credentials for that very place."""

from __future__ import annotations

import pytest

from diffs.fetch import Credentials
from rollouts.appliers import GitSettings, Refused
from rollouts.appliers.git.program import environment
from rollouts.appliers.git.remotes import open_remote

HOST = "https://git.example.org"
ONE = f"{HOST}/platform/clusters.git"
CANARY = "canary-5f2b"
KNOWN = {
    "PENUMBRA_CREDENTIAL_WRITER": f"bearer {CANARY}",
    "PENUMBRA_CREDENTIAL_WRITER_HOSTS": "git.example.org",
    "PENUMBRA_CREDENTIAL_BASIC": f"basic me:{CANARY}",
    "PENUMBRA_CREDENTIAL_BASIC_HOSTS": "git.example.org",
}


def settings(tmp_path, *remotes):
    """Return a deployment's settings."""
    return GitSettings(tmp_path, remotes, Credentials.from_environment(KNOWN))


@pytest.mark.parametrize(
    ("listed", "url"),
    [
        (ONE, ONE),
        (f"{HOST}/platform", ONE),
        (f"{HOST}/platform/", ONE),
        (HOST, ONE),
        ("ssh://git@git.example.org", "ssh://git@git.example.org/a.git"),
        ("file:///srv/git", "file:///srv/git/a.git"),
    ],
)
def test_goes_where_the_list_says_and_below(tmp_path, listed, url):
    assert open_remote(url, None, settings(tmp_path, listed)).url == url


@pytest.mark.parametrize(
    ("listed", "url"),
    [
        ("", ONE),
        (f"{HOST}/plat", ONE),
        (f"{HOST}/other", ONE),
        (HOST, "https://git.example.org.evil.com/a.git"),
        (HOST, "http://git.example.org/a.git"),
        (HOST, "https://git.example.org:444/a.git"),
        (f"{HOST}/platform", f"{HOST}/platform/../secret.git"),
        (f"{HOST}/platform", f"{HOST}/platform/%2e%2e/secret.git"),
        (f"{HOST}/platform", f"{HOST}/platform/..\\secret.git"),
        ("ssh://git@git.example.org", "ssh://root@git.example.org/a.git"),
        ("file:///srv/git", "file:///srv/git2/a.git"),
        ("file:///srv/git", "file:///srv/git/./../a.git"),
    ],
)
def test_goes_nowhere_else_and_names_the_line_that_would_allow_it(tmp_path, listed, url):
    with pytest.raises(Refused) as refused:
        open_remote(url, None, settings(tmp_path, *filter(None, [listed])))

    allowing = ",".join(filter(None, [listed, url]))
    assert str(refused.value) == (
        f"Git may not go to {url}. If it may, set PENUMBRA_GIT_REMOTES={allowing}."
    )


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c x",
        "--upload-pack=x",
        "git@git.example.org:a.git",
        f"https://me:{CANARY}@git.example.org/a.git",
        "ssh://-oProxyCommand=x/a.git",
        "git://git.example.org/a.git",
        f"{HOST}/a.git?x=y",
        f"{HOST}/a b.git",
    ],
)
def test_what_is_no_address_goes_nowhere_even_when_it_is_listed(tmp_path, url):
    with pytest.raises(Refused) as refused:
        open_remote(url, None, settings(tmp_path, url))

    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("name", ["writer", "basic"])
def test_a_credential_is_a_header_for_that_remote_alone_and_not_to_be_printed(tmp_path, name):
    remote = open_remote(ONE, name, settings(tmp_path, HOST))

    (key,) = remote.configuration
    assert key == f"http.{ONE}.extraHeader"
    assert remote.configuration[key].startswith("Authorization: B")
    assert CANARY not in repr(remote)
    assert remote.shown(f"fatal: {remote.configuration[key]}") == "fatal: Authorization: B" + (
        "earer …" if name == "writer" else "asic …"
    )


@pytest.mark.parametrize(
    ("url", "name", "told"),
    [
        (ONE, "nobody", "not known here. Set PENUMBRA_CREDENTIAL_NOBODY"),
        ("https://other.example.org/a.git", "writer", "not meant for host other.example.org"),
        ("ssh://git@git.example.org/a.git", "writer", "cannot be used with ssh://"),
        ("file:///srv/a.git", "writer", "cannot be used with file://"),
    ],
)
def test_a_credential_goes_nowhere_else(tmp_path, url, name, told):
    with pytest.raises(Refused, match=told) as refused:
        open_remote(url, name, settings(tmp_path, url))

    assert CANARY not in str(refused.value)


def test_git_gets_an_environment_of_ours(monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_SSH_COMMAND", "evil")
    monkeypatch.setenv("https_proxy", "http://evil")
    monkeypatch.setenv("PENUMBRA_CREDENTIAL_WRITER", CANARY)

    given = environment("https", {"user.name": "Penny"})

    assert given["GIT_ALLOW_PROTOCOL"] == "https"
    assert given["GIT_CONFIG_GLOBAL"] == given["GIT_CONFIG_SYSTEM"] == "/dev/null"
    assert given["GIT_TERMINAL_PROMPT"] == "0"
    assert "BatchMode=yes" in given["GIT_SSH_COMMAND"]
    assert not {"GIT_DIR", "https_proxy", "PENUMBRA_CREDENTIAL_WRITER"} & given.keys()
    count = int(given["GIT_CONFIG_COUNT"])
    pairs = {
        given[f"GIT_CONFIG_KEY_{number}"]: given[f"GIT_CONFIG_VALUE_{number}"]
        for number in range(count)
    }
    assert pairs["core.hooksPath"] == "/dev/null"
    assert pairs["user.name"] == "Penny"
