"""Credentials go to the hosts they are bound to, and nowhere else: no page, log or error."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback

import pytest

from diffs.fetch import CredentialRefused, Credentials, Endpoint, FetchFailed, fetch
from diffs.fetch.failure import excerpt
from tests.diffs.fetch.asking import failure, terms
from tests.servers import answers, misbehaving

TOKEN = "canary-5ecre7-token"
PASSWORD = "canary-pa55word"


def credentials(value, hosts="127.0.0.1"):
    return Credentials.from_environment(
        {
            "PENUMBRA_CREDENTIAL_ROUTES_READER": value,
            "PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS": hosts,
            "HOME": "/nowhere",
        }
    )


def reading(server, *, host="127.0.0.1"):
    return Endpoint(server.url_as(host), credential="routes-reader")


@pytest.mark.parametrize(
    ("value", "header"),
    [
        (f"bearer {TOKEN}", f"Bearer {TOKEN}"),
        (f"Bearer  {TOKEN}\n", f"Bearer {TOKEN}"),
        (
            f"basic alice:{PASSWORD}",
            "Basic " + base64.b64encode(f"alice:{PASSWORD}".encode()).decode(),
        ),
    ],
)
def test_sends_what_is_named(value, header):
    with misbehaving(answers.table()) as server:
        fetch(reading(server), **terms(credentials=credentials(value)))

    assert server.asked[0].headers["authorization"] == header


def test_reads_a_file_anew_each_time(tmp_path):
    file = tmp_path / "token"
    known = credentials(f"file:{file}")
    with misbehaving(answers.table()) as server:
        for token in ("first", "second"):
            file.write_text(f"bearer {token}\n")
            fetch(reading(server), **terms(credentials=known))

    assert [asked.headers["authorization"] for asked in server.asked] == [
        "Bearer first",
        "Bearer second",
    ]


def test_sends_nothing_to_another_host():
    with misbehaving(answers.table()) as server:
        failed = failure(reading(server), credentials=credentials(f"bearer {TOKEN}", "a.test"))

    assert "'routes-reader' is not meant for host 127.0.0.1" in failed.sentence
    assert TOKEN not in failed.sentence
    assert server.asked == []


@pytest.mark.parametrize(
    ("hosts", "host", "is_sent"),
    [
        ("*.example.org", "a.example.org", True),
        ("*.example.org", "A.Example.ORG.", True),
        ("*.example.org", "example.org", False),
        ("*.example.org", "example.org.evil.test", False),
        ("a.test, b.test", "b.test", True),
        ("10.0.*", "10.0.3.4", True),
        ("10.0.*", "10.0.evil.test", False),
        ("10.0.*.*", "10.0.evil.test", False),
        ("fd00:*", "fd00::7", True),
    ],
)
def test_knows_its_hosts(hosts, host, is_sent):
    known = credentials(f"bearer {TOKEN}", hosts)

    if is_sent:
        assert known.authorize("routes-reader", host=host).header == f"Bearer {TOKEN}"
    else:
        with pytest.raises(CredentialRefused, match="not meant for host"):
            known.authorize("routes-reader", host=host)


@pytest.mark.parametrize("hosts", ["*", "api.*", "*.o?g", "a.test, *"])
def test_refuses_hosts_that_could_be_anybodys(hosts):
    with pytest.raises(CredentialRefused, match="Write the end of the name out"):
        credentials(f"bearer {TOKEN}", hosts).authorize("routes-reader", host="a.test")


@pytest.mark.parametrize("hosts", ["", " , "])
def test_refuses_a_credential_that_is_bound_to_no_host(hosts):
    with pytest.raises(CredentialRefused, match="PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS"):
        credentials(f"bearer {TOKEN}", hosts).authorize("routes-reader", host="a.test")


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        f"token {TOKEN}",
        "bearer ",
        f"bearer {TOKEN}\r\nX-Evil: 1",
        f"basic {PASSWORD}",
        f"basic alice:{PASSWORD}\nX-Evil: 1",
        f"file:/nowhere/{TOKEN[:3]}",
    ],
)
def test_refuses_a_malformed_value_without_repeating_it(value):
    with pytest.raises(CredentialRefused, match="'routes-reader'") as refused:
        credentials(value).authorize("routes-reader", host="127.0.0.1")

    assert TOKEN not in str(refused.value)
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("name", ["unknown", "", "a b", "../x", "routes-reader-hosts"])
def test_refuses_a_name_it_does_not_know(name):
    with pytest.raises(CredentialRefused):
        credentials(f"bearer {TOKEN}").authorize(name, host="127.0.0.1")


BEHAVIOURS = {
    "echo 401": answers.echo(401),
    "echo 404": answers.echo(404),
    "echo 500": answers.echo(500),
    "echo in a redirect": answers.redirect(f"http://127.0.0.1:1/?{TOKEN}"),
    "echo in the encoding": answers.answer(headers={"Content-Encoding": TOKEN}),
    "echo in the charset": answers.answer(headers={"Content-Type": f"text/x; charset={TOKEN}"}),
    "echo in the count": answers.answer(headers={"X-Count": TOKEN}),
    "echo as another protocol": answers.raw(TOKEN.encode() + b"\r\n"),
    "cut": answers.short_of_length(),
    "hang up": answers.hang_up(),
}


@pytest.mark.parametrize(
    ("value", "query"),
    [
        (f"bearer {TOKEN}", ""),
        ("bearer another", f"?access={TOKEN}"),
        ("bearer another", "?access=%63anary-5ecre7-token"),
        (f"basic alice:{PASSWORD}", f"?access={TOKEN}"),
    ],
)
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_never_lets_a_secret_out(name, value, query, caplog):
    known = credentials(value)
    secrets = [TOKEN, PASSWORD, base64.b64encode(f"alice:{PASSWORD}".encode()).decode()]
    caplog.set_level(logging.DEBUG)

    with misbehaving(BEHAVIOURS[name]) as server:
        endpoint = Endpoint(server.url + query, credential="routes-reader")
        with pytest.raises(FetchFailed) as failed:
            fetch(endpoint, **terms(credentials=known))

    told = "".join(traceback.format_exception(failed.value))
    told += caplog.text + repr(failed.value) + repr(known) + str(known) + repr(endpoint)
    told += repr(known.authorize("routes-reader", host="127.0.0.1"))
    for secret in secrets:
        assert secret not in told
    assert server.asked[0].headers["authorization"]


def test_cuts_an_excerpt_to_one_plain_line():
    stranger = "a\r\nb\u202e\u200b\x1b[31m\x00c " + "x" * 500

    shown = excerpt(stranger.encode())

    assert shown.startswith("a b [31m c xxx")
    assert len(shown) == 160
    assert shown.isprintable()


def test_keeps_the_list_of_hosts_from_passing_for_a_credential():
    known = Credentials.from_environment(
        {
            "PENUMBRA_CREDENTIAL_A_HOSTS": "bearer a.test",
            "PENUMBRA_CREDENTIAL_A_HOSTS_HOSTS": "a.test",
        }
    )

    with pytest.raises(CredentialRefused, match="does not end in -hosts"):
        known.authorize("a-hosts", host="a.test")


def test_can_be_handed_to_another_process_only_as_a_name():
    assert TOKEN not in repr(pickle.dumps(Endpoint("http://a.test/", credential="routes-reader")))
