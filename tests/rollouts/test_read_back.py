"""Reading the mode in force: a document, a pointer, a word, a mode; or a sentence on why not."""

from __future__ import annotations

import json

import pytest

from diffs.fetch import AddressPolicy, Credentials, Limits
from diffs.looking.order import Reach
from rollouts.read_back import Unreadable, read_mode
from tests.servers import answers, certificate_for, misbehaving, refused_port

MODES = {"off": "false", "shadow": "pre", "exec": "exec"}
CANARY = "canary-5f1d0c77-never-show-me"


def reach(**environment: str) -> Reach:
    """Return a way out over loopback."""
    return Reach(
        limits=Limits(total_seconds=10, decoded_bytes=4_000_000),
        policy=AddressPolicy.parse("127.0.0.0/8:1-65535"),
        credentials=Credentials.from_environment(environment),
    )


def read(document: object, pointer: str, *, is_raw: bool = False, modes=MODES):
    """Serve a document and read the mode at a pointer into it."""
    body = document if is_raw else json.dumps(document).encode()
    assert isinstance(body, bytes)
    with misbehaving(answers.answer(body, headers={"Content-Type": "application/json"})) as server:
        address = {"address": server.url, "pointer": pointer, "credential": None}
        return read_mode(address, modes, reach=reach())


def why_not(*arguments, **options) -> str:
    """Return the sentence about a mode that cannot be read."""
    with pytest.raises(Unreadable) as unreadable:
        read(*arguments, **options)
    return str(unreadable.value)


@pytest.mark.parametrize(("word", "mode"), [("false", "off"), ("pre", "shadow"), ("exec", "exec")])
def test_the_word_of_the_world_outside_is_our_mode(word, mode):
    assert read({"skipper_routesrv_enabled": word}, "/skipper_routesrv_enabled") == mode


# The document and the pointers of RFC 6901, section 5.
RFC = {
    "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6,
    " ": 7, "m~n": 8, "~1": 9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "word"),
    [
        ("/foo/0", "bar"),
        ("/foo/1", "baz"),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ('/k"l', "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
        ("/~01", "9"),
    ],
)
def test_pointers_are_read_as_the_standard_says(pointer, word):
    assert read(RFC, pointer, modes={"exec": word}) == "exec"


@pytest.mark.parametrize("pointer", ["/foo/-1", "/foo/01", "/foo/+1", "/foo/-", "/foo/2"])
def test_an_index_is_digits_without_leading_zeros(pointer):
    assert "has nothing at" in why_not(RFC, pointer)


@pytest.mark.parametrize("pointer", ["/nothing", "/foo/bar", "/a~1b/x", "/foo/0/0", "//"])
def test_nothing_at_the_pointer_is_said(pointer):
    assert why_not(RFC, pointer).endswith(f"has nothing at {pointer}.")


@pytest.mark.parametrize("value", [None, True, False, {}, [], {"mode": "exec"}])
def test_only_a_text_or_a_number_is_a_word(value):
    assert "has no word at /mode" in why_not({"mode": value}, "/mode")


@pytest.mark.parametrize("word", ["Exec", "exec ", "", "on", "shadow", "off", "unknown"])
def test_a_word_that_no_mode_has_is_refused_with_those_there_are(word):
    sentence = why_not({"mode": word}, "/mode")

    assert f"says {word!r}, which is none of 'false', 'pre', 'exec'." in sentence


def test_a_hostile_word_is_cut_and_shown_as_what_it_is():
    sentence = why_not({"mode": "<b>\u202e\x00\ud800" + "x" * 5000}, "/mode")

    assert len(sentence) < 300
    assert sentence.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"exec", b"{", b"<html>exec</html>", b"\xff\xfe", b"[" * 200_000,
        b'{"a":' * 200_000, b"9" * 5000, b'{"mode": "exec"} {}',
    ],
)  # fmt: skip
def test_what_is_not_json_is_said(body):
    assert "did not answer with JSON" in why_not(body, "/mode", is_raw=True)


def test_an_address_without_a_server_is_said():
    with refused_port() as port, pytest.raises(Unreadable, match=r"127\.0\.0\.1"):
        read_mode(
            {"address": f"http://127.0.0.1:{port}/mode", "pointer": "/mode"}, MODES, reach=reach()
        )


def test_an_address_that_is_not_allowed_is_not_asked():
    with misbehaving(answers.answer(b'{"mode": "exec"}')) as server:
        closed = Reach(limits=Limits(), policy=AddressPolicy(), credentials=Credentials())
        with pytest.raises(Unreadable, match="PENUMBRA_ALLOWED_ADDRESSES"):
            read_mode({"address": server.url, "pointer": "/mode"}, MODES, reach=closed)

    assert server.asked == []


def read_with_a_credential(body: bytes, *, status: int = 200) -> str:
    """Read with a credential from a server that answers like that; return why it failed."""
    environment = {
        "PENUMBRA_CREDENTIAL_MODE_READER": f"bearer {CANARY}",
        "PENUMBRA_CREDENTIAL_MODE_READER_HOSTS": "127.0.0.1",
    }
    with misbehaving(answers.answer(body, status=status)) as server:
        read_back = {"address": server.url, "pointer": "/mode", "credential": "mode-reader"}
        with pytest.raises(Unreadable) as unreadable:
            read_mode(read_back, MODES, reach=reach(**environment))
    assert server.asked[0].headers["authorization"] == f"Bearer {CANARY}"
    return str(unreadable.value)


def test_the_mode_is_believed_by_the_bundle_that_the_file_names(tmp_path):
    certificate = certificate_for("localhost", tmp_path)
    with misbehaving(answers.answer(b'{"mode": "pre"}'), tls=certificate.server) as server:
        read_back = {"address": server.url_as("localhost"), "pointer": "/mode"}
        with pytest.raises(Unreadable, match="CA bundle"):
            read_mode(read_back, MODES, reach=reach())

        assert read_mode(read_back | {"ca_bundle": certificate.path}, MODES, reach=reach())


def test_the_mode_is_read_through_the_proxy_that_the_file_names():
    with misbehaving(answers.answer(b'{"mode": "pre"}')) as proxy:
        read_back = {"address": "http://mode.example.org/", "pointer": "/mode", "proxy": proxy.url}

        assert read_mode(read_back, MODES, reach=reach()) == "shadow"

    assert proxy.asked[0].target == "http://mode.example.org:80/"


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_server_that_echoes_the_credential_finds_no_echo_here(status):
    body = json.dumps({"mode": f"Bearer {CANARY}"}).encode()

    assert "canary" not in read_with_a_credential(body, status=status)


def test_a_credential_that_is_missing_is_named_and_nothing_is_sent():
    with misbehaving(answers.answer(b'{"mode": "exec"}')) as server:
        read_back = {"address": server.url, "pointer": "/mode", "credential": "mode-reader"}
        with pytest.raises(Unreadable, match="PENUMBRA_CREDENTIAL_MODE_READER"):
            read_mode(read_back, MODES, reach=reach())

    assert server.asked == []
