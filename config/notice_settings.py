"""Readers of the settings of notices; what could leave a secret in the open refuses to start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from config.environment import BadSetting, env

TLS_PORTS = {"starttls": 587, "tls": 465, "none": 25}
FILE = "file:"
_HERE = {"127.0.0.1", "::1", "localhost"}
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>[0-9]{1,5}))?")
_ADDRESS = re.compile(r"[^@\s<>,;:\\\"()\[\]]+@[^@\s<>,;:\\\"()\[\]]+")


class Secret(str):
    """A text that no traceback and no page of settings shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; an empty host sends none. `tls` is starttls, tls or none."""

    host: str = ""
    port: int = 0
    tls: str = "starttls"
    user: str = ""


def mail_server() -> MailServer:
    """Return where mail is handed in.

    Errors
        BadSetting      no host and port, an unknown kind of TLS, or a password in the open
    """
    text = env.str("PENUMBRA_MAIL_HOST", "").strip()
    tls = env.str("PENUMBRA_MAIL_TLS", "starttls").strip().lower()
    if tls not in TLS_PORTS:
        raise BadSetting(f"PENUMBRA_MAIL_TLS={tls!r}. Set it to starttls, tls or none.")
    if not text:
        return MailServer()
    found = _HOST.fullmatch(text)
    if found is None:
        raise BadSetting("PENUMBRA_MAIL_HOST is no host. Set it to HOST or HOST:PORT, no more.")
    host, user = found["host"].strip("[]"), env.str("PENUMBRA_MAIL_USER", "")
    if user and tls == "none" and host not in _HERE:
        raise BadSetting(
            "PENUMBRA_MAIL_TLS=none would send the password of PENUMBRA_MAIL_USER in the open."
            " Set it to starttls or tls."
        )
    return MailServer(host, int(found["port"] or TLS_PORTS[tls]), tls, user)


def mail_from(server: MailServer) -> str:
    """Return the sender; BadSetting where mail is sent and nobody is named."""
    text = env.str("PENUMBRA_MAIL_FROM", "").strip()
    if text and not _ADDRESS.fullmatch(text):
        raise BadSetting(f"PENUMBRA_MAIL_FROM={text!r}. Set it to one bare mail address.")
    if server.host and not text:
        raise BadSetting(
            "PENUMBRA_MAIL_FROM is not set. Set it to the address that notices come from."
        )
    return text


def mail_to(server: MailServer) -> tuple[str, ...]:
    """Return who gets every notice by mail; BadSetting for what is no address."""
    items = env.str("PENUMBRA_MAIL_TO", "").split(",")
    found = tuple(item.strip() for item in items if item.strip())
    for item in found:
        if not _ADDRESS.fullmatch(item):
            raise BadSetting(f"PENUMBRA_MAIL_TO: {item!r} is no bare mail address.")
    if found and not server.host:
        raise BadSetting("PENUMBRA_MAIL_TO is set but no mail can be sent. Set PENUMBRA_MAIL_HOST.")
    return found


def mail_password() -> Secret:
    """Return the password of PENUMBRA_MAIL_USER, or file:/path of a file that holds it."""
    return Secret(env.str("PENUMBRA_MAIL_PASSWORD", "").strip())


def slack_webhook() -> Secret:
    """Return the address of Slack's incoming webhook, or file:/path of a file that holds it.

    Errors
        BadSetting      no address, or one whose secret path would go over the wire in the open
    """
    text = env.str("PENUMBRA_SLACK_WEBHOOK", "").strip()
    if text and not text.startswith(FILE) and not _is_private(text):
        raise BadSetting(
            "PENUMBRA_SLACK_WEBHOOK is no https:// address. Set it to the address that Slack"
            " gives, or to file:/path of a file that holds it."
        )
    return Secret(text)


def _is_private(text: str) -> bool:
    """Say whether nobody on the way can read the address's path."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in _HERE
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)
