"""Notices of tests, and notifiers that reach the servers of a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from diffs.fetch import AddressPolicy
from rollouts.notifiers import Notice, NotifierSettings
from rollouts.notifiers.email import Email
from rollouts.notifiers.slack import Slack

LOOPBACK = AddressPolicy.parse("127.0.0.0/8:1024-65535")
HOOK = "/services/T0CANARY/B0CANARY/xyzzyPlughCanary"
NOTICE = Notice(
    kind="promotion",
    key="promotion P-42 approved",
    thread="promotion P-42",
    title="P-42 routesrv/playground: bob approved shadow → exec",
    sentence="Everybody needed has agreed. It waits for a worker.",
    facts=(("Asked by", "alice"), ("Reason", "the diff is empty\nsince Monday")),
    link="https://penumbra.example.org/promotions/42/",
    at="2026-11-21 15:31 UTC",
)
OPENING = replace(NOTICE, key=NOTICE.thread)

HOSTILE = (
    "<!channel> <!here> <@U0EVE> @channel @here <https://evil.example|Click> *b* _i_ ~s~ `c`",
    "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>",
    "Subject\r\nBcc: eve@example.org\r\n\r\nGet rich",
    "Subject\nBcc: eve@example.org\n.\nQUIT",
    "rtl \u202emoc.live\u202c zero\u200bwidth bell\x07 nul\x00 esc\x1b[31m",
    "&amp; &lt;!channel&gt; &#60;",
    "long " * 2000,
    "<" * 5000,
    "",
)


def hostile(text: str) -> Notice:
    """Return a notice that says nothing but this text, wherever a stranger's text may stand."""
    return replace(NOTICE, title=text, sentence=text, facts=((text, text), ("Reason", text)))


def email_to(port: int, **changes: Any) -> Email:
    """Return the way to a mail server of a test."""
    given = NotifierSettings(
        site="https://penumbra.example.org",
        mail_host="127.0.0.1",
        mail_port=port,
        mail_from="penumbra@example.org",
    )
    return Email(replace(given, **changes))


def slack_to(port: int, **changes: Any) -> Slack:
    """Return the way to a webhook of a test."""
    given = NotifierSettings(
        site="https://penumbra.example.org",
        slack_webhook=f"http://127.0.0.1:{port}{HOOK}",
        allowed=LOOPBACK,
    )
    return Slack(replace(given, **changes))
