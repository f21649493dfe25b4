"""Settings of notices: nothing set sends nothing, and no secret goes out in the open."""

from __future__ import annotations

import pytest

from config.environment import BadSetting
from config.notice_settings import (
    MailServer,
    Secret,
    mail_from,
    mail_password,
    mail_server,
    mail_to,
    slack_webhook,
)

HOOK = "https://hooks.example.org/services/T0/B0/N3verShown"
SENT = MailServer("mail.example.org", 587)


@pytest.fixture
def given(monkeypatch):
    def set_all(**names):
        for name, text in names.items():
            monkeypatch.setenv(f"PENUMBRA_{name.upper()}", text)

    return set_all


def test_nothing_set_is_nobody_told():
    assert mail_server().host == ""
    assert (mail_from(mail_server()), mail_to(mail_server())) == ("", ())
    assert (slack_webhook(), mail_password()) == ("", "")


@pytest.mark.parametrize(
    ("host", "tls", "server"),
    [
        ("mail.example.org", "starttls", ("mail.example.org", 587)),
        ("mail.example.org", "tls", ("mail.example.org", 465)),
        ("mail.example.org", "none", ("mail.example.org", 25)),
        ("mail.example.org:2525", "TLS", ("mail.example.org", 2525)),
        ("[::1]:2525", "none", ("::1", 2525)),
    ],
)
def test_a_mail_host_has_the_port_of_its_kind_of_tls(given, host, tls, server):
    given(mail_host=host, mail_tls=tls)

    found = mail_server()

    assert (found.host, found.port) == server


@pytest.mark.parametrize("text", ["smtp://u:Passw0rd@mail.example.org", "two hosts", "a:b", ":25"])
def test_what_is_no_mail_host_is_refused_and_not_repeated(given, text):
    given(mail_host=text)

    with pytest.raises(BadSetting, match="PENUMBRA_MAIL_HOST") as refused:
        mail_server()

    assert text not in str(refused.value)


def test_a_password_does_not_travel_without_tls(given):
    given(mail_host="mail.example.org", mail_user="penumbra", mail_tls="none")

    with pytest.raises(BadSetting, match="PENUMBRA_MAIL_TLS"):
        mail_server()

    given(mail_host="127.0.0.1:2525")
    assert mail_server().user == "penumbra"


def test_an_unknown_kind_of_tls_is_refused(given):
    given(mail_tls="maybe")

    with pytest.raises(BadSetting, match="starttls, tls or none"):
        mail_server()


def test_whoever_sends_mail_says_who_it_comes_from(given):
    with pytest.raises(BadSetting, match="PENUMBRA_MAIL_FROM is not set"):
        mail_from(SENT)

    given(mail_from="Penumbra <penumbra@example.org>")
    with pytest.raises(BadSetting, match="one bare mail address"):
        mail_from(SENT)

    given(mail_from="penumbra@example.org")
    assert mail_from(SENT) == "penumbra@example.org"


def test_the_list_of_everybody_holds_addresses_only(given):
    given(mail_to=" team@example.org, oncall@example.org,")
    assert mail_to(SENT) == ("team@example.org", "oncall@example.org")
    with pytest.raises(BadSetting, match="Set PENUMBRA_MAIL_HOST"):
        mail_to(MailServer())

    for wrong in ("team", "a@b@c", "team@example.org\nBcc: eve@example.org"):
        given(mail_to=wrong)
        with pytest.raises(BadSetting, match="PENUMBRA_MAIL_TO"):
            mail_to(SENT)


@pytest.mark.parametrize("text", [HOOK, "http://127.0.0.1:8081/hook", "file:/run/secrets/hook"])
def test_a_webhook_is_an_address_that_nobody_on_the_way_reads(given, text):
    given(slack_webhook=text)

    assert slack_webhook() == text


@pytest.mark.parametrize(
    "text", ["http://hooks.example.org/N3verShown", "N3verShown", "https:/[", "https://["]
)
def test_any_other_webhook_is_refused_and_not_repeated(given, text):
    given(slack_webhook=text)

    with pytest.raises(BadSetting, match="PENUMBRA_SLACK_WEBHOOK") as refused:
        slack_webhook()

    assert "N3verShown" not in str(refused.value)


def test_secrets_are_not_shown_by_their_names(given):
    given(slack_webhook=HOOK, mail_password="N3verShown")

    shown = f"{slack_webhook()!r} {mail_password()!r} {[Secret(HOOK)]}"

    assert "N3verShown" not in shown
