"""Settings are read typed, and a wrong one is refused with its name and the mend."""

from __future__ import annotations

import stat

import pytest

from config.environment import (
    BadSetting,
    audit_key,
    networks,
    positive_count,
    positive_seconds,
    remote_beginnings,
    secret_key,
)

KEY = "PENUMBRA_SECRET_KEY"
AUDIT_KEY = "PENUMBRA_AUDIT_KEY"
NUMBER = "PENUMBRA_SIDE_DEADLINE_SECONDS"


def test_reads_a_number_or_its_default(monkeypatch):
    monkeypatch.delenv(NUMBER, raising=False)
    assert positive_seconds(NUMBER, default=20) == 20

    monkeypatch.setenv(NUMBER, "2.5")
    assert positive_seconds(NUMBER, default=20) == 2.5


@pytest.mark.parametrize("text", ["0", "-1", "soon", "", "inf", "nan"])
def test_refuses_what_is_not_a_number_above_zero(monkeypatch, text):
    monkeypatch.setenv(NUMBER, text)

    with pytest.raises(BadSetting, match=f"{NUMBER}=.* not a number above zero"):
        positive_seconds(NUMBER, default=20)


@pytest.mark.parametrize("text", ["0.5", "1.5"])
def test_a_count_is_whole(monkeypatch, text):
    monkeypatch.setenv("PENUMBRA_LOOKS_IN_FLIGHT", text)

    with pytest.raises(BadSetting, match="PENUMBRA_LOOKS_IN_FLIGHT"):
        positive_count("PENUMBRA_LOOKS_IN_FLIGHT", default=64)


def test_a_deployment_without_a_key_is_told_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.delenv(KEY)

    with pytest.raises(BadSetting, match=r"is not set.*token_hex"):
        secret_key(embedded=False, folder=tmp_path)


def test_a_key_that_is_no_secret_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv(KEY, "x" * 31)

    with pytest.raises(BadSetting, match="shorter than 32"):
        secret_key(embedded=True, folder=tmp_path)


def test_an_embedded_key_is_made_once_and_only_its_owner_reads_it(monkeypatch, tmp_path):
    monkeypatch.delenv(KEY)

    first = secret_key(embedded=True, folder=tmp_path / "var")

    assert len(first) == 64
    assert secret_key(embedded=True, folder=tmp_path / "var") == first
    assert stat.S_IMODE((tmp_path / "var/secret_key").stat().st_mode) == 0o600


def test_a_deployment_without_a_key_of_the_trail_is_told_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.delenv(AUDIT_KEY)

    with pytest.raises(BadSetting, match=r"PENUMBRA_AUDIT_KEY is not set.*token_hex"):
        audit_key(embedded=False, folder=tmp_path)


@pytest.mark.parametrize("text", ["f" * 63, "f" * 65, "g" * 64, "F" * 64, "f" * 63 + "\n"])
def test_a_text_that_is_no_key_of_the_trail_is_refused(monkeypatch, tmp_path, text):
    monkeypatch.setenv(AUDIT_KEY, text)

    with pytest.raises(BadSetting, match="PENUMBRA_AUDIT_KEY is not 64 hexadecimal digits"):
        audit_key(embedded=True, folder=tmp_path)


def test_the_embedded_keys_are_kept_apart(monkeypatch, tmp_path):
    monkeypatch.delenv(KEY)
    monkeypatch.delenv(AUDIT_KEY)

    kept = audit_key(embedded=True, folder=tmp_path)

    assert len(kept) == 64
    assert audit_key(embedded=True, folder=tmp_path) == kept
    assert secret_key(embedded=True, folder=tmp_path) != kept
    assert stat.S_IMODE((tmp_path / "audit_key").stat().st_mode) == 0o600


PROXIES = "PENUMBRA_TRUSTED_PROXIES"


def test_networks_are_read_with_or_without_blanks(monkeypatch):
    monkeypatch.delenv(PROXIES, raising=False)
    assert networks(PROXIES) == ()

    monkeypatch.setenv(PROXIES, " 10.0.0.0/8,fd00::/8 , 192.0.2.1,")
    assert [str(network) for network in networks(PROXIES)] == [
        "10.0.0.0/8",
        "fd00::/8",
        "192.0.2.1/32",
    ]


@pytest.mark.parametrize("text", ["proxy.example.org", "10.0.0.1/8", "10.0.0.0/8;fd00::/8", "*"])
def test_what_is_no_network_is_refused_with_an_example(monkeypatch, text):
    monkeypatch.setenv(PROXIES, text)

    with pytest.raises(BadSetting, match=r"PENUMBRA_TRUSTED_PROXIES: .* Set it to networks, 10"):
        networks(PROXIES)


REMOTES = "PENUMBRA_GIT_REMOTES"


def test_reads_where_commits_may_go(monkeypatch):
    monkeypatch.delenv(REMOTES, raising=False)
    assert remote_beginnings(REMOTES) == ()

    listed = "https://git.example.org/platform, ssh://git@git.example.org,file:///srv/git"
    monkeypatch.setenv(REMOTES, listed)
    assert remote_beginnings(REMOTES) == (
        "https://git.example.org/platform",
        "ssh://git@git.example.org",
        "file:///srv/git",
    )


@pytest.mark.parametrize(
    "text",
    [
        "git.example.org",
        "https://",
        "https:///path",
        "https://me:secret@git.example.org",
        "git://git.example.org",
        "ext::sh",
        "file://",
        "file:///",
        "https://git.example.org/a b",
        "https://git.example.org/%2e%2e",
        "git@git.example.org:a.git",
    ],
)
def test_refuses_what_could_begin_anybodys_address(monkeypatch, text):
    monkeypatch.setenv(REMOTES, f"https://git.example.org,{text}")

    with pytest.raises(BadSetting, match=REMOTES) as refused:
        remote_beginnings(REMOTES)
    assert "secret" not in str(refused.value)
