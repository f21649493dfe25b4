"""Notices by mail: one message to one address, in a thread of its promotion or difference.

Source: RFC 5322 §3.6.4 (Message-ID, In-Reply-To, References), RFC 3834 (Auto-Submitted). The
Message-ID is made of the notice alone, so that mail clients fold what came twice into one.
"""

from __future__ import annotations

import base64
import hashlib
import smtplib
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from diffs.fetch.failure import excerpt
from rollouts.notifiers.bounded_smtp import TOTAL_SECONDS, BoundedBackend
from rollouts.notifiers.notice import Notice, NotifierSettings, NotSent
from rollouts.notifiers.texts import one_line, secret_of, some_lines

STEP_SECONDS = 5.0
REST_SECONDS = 10.0
_SUBJECT, _NAME, _TEXT = 180, 60, 2000
_GOES_AWAY = 421  # RFC 5321 §3.8: the service closes the connection


class Email:
    """Tells people, and the list of those who are told everything, by mail."""

    kind = "email"

    def __init__(self, settings: NotifierSettings) -> None:
        """Take the deployment's mail server."""
        self._settings = settings

    def addresses(self, people: Sequence[str]) -> tuple[str, ...]:
        """Return the list's addresses and those of people that are usable, each once."""
        if not self._settings.mail_host:
            return ()
        once: dict[str, str] = {}
        for address in (*self._settings.mail_to, *filter(_is_usable, people)):
            once.setdefault(address.casefold(), address)
        return tuple(once.values())

    def send(self, notice: Notice, *, to: str) -> None:
        """Hand one message in.

        Errors
            NotSent     the server is away, refuses us, or refuses this message
        """
        settings = self._settings
        if not settings.mail_host:
            raise NotSent("No mail server is set up: PENUMBRA_MAIL_HOST.", rest_seconds=60.0)
        password = secret_of(settings.mail_password, name="PENUMBRA_MAIL_PASSWORD")
        backend = BoundedBackend(
            host=settings.mail_host,
            port=settings.mail_port,
            username=settings.mail_user,
            password=password,
            use_tls=settings.mail_tls == "starttls",
            use_ssl=settings.mail_tls == "tls",
            timeout=STEP_SECONDS,
        )
        message = message_of(notice, to=to, sender=settings.mail_from, site=settings.site)
        try:
            backend.send_messages([message])
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
            raise _not_sent(error, settings, password) from None
        finally:
            backend.close()  # also of a conversation that came no farther than its beginning


def message_of(notice: Notice, *, to: str, sender: str, site: str) -> EmailMultiAlternatives:
    """Return a notice as a message in plain text and in HTML."""
    domain = urlsplit(site).hostname or "penumbra.invalid"
    headers = {"Message-ID": _name_of(notice.key, domain), "Auto-Submitted": "auto-generated"}
    if notice.thread != notice.key:
        headers |= dict.fromkeys(("In-Reply-To", "References"), _name_of(notice.thread, domain))
    message = EmailMultiAlternatives(
        subject=one_line(notice.title, most=_SUBJECT),
        body=_plain(notice),
        from_email=f"Penumbra <{sender}>",
        to=[to],
        headers=headers,
    )
    message.attach_alternative(_html(notice), "text/html")
    return message


def _plain(notice: Notice) -> str:
    facts = "\n".join(f"{name}:{_apart(value)}{value}" for name, value in _facts(notice))
    parts = (some_lines(notice.sentence, most=_TEXT), facts, notice.link)
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(notice: Notice) -> SafeString:
    row = "<tr><th align=left valign=top>{}</th><td>{}</td></tr>"
    rows = format_html_join("", row, ((name, _broken(value)) for name, value in _facts(notice)))
    text = some_lines(notice.sentence, most=_TEXT)
    link = format_html('<p><a href="{0}">{0}</a></p>', notice.link) if notice.link else ""
    return format_html("<p>{}</p><table>{}</table>{}", _broken(text), rows, link)


def _apart(value: str) -> str:
    """Return what stands between a name and its value: several lines begin on one of their own."""
    return "\n" if "\n" in value else " "


def _broken(text: str) -> SafeString:
    """Return a text in HTML with its lines."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.splitlines()))


def _facts(notice: Notice) -> list[tuple[str, str]]:
    told = (*notice.facts, ("When", notice.at))
    return [
        (one_line(name, most=_NAME), some_lines(value, most=_TEXT)) for name, value in told if value
    ]


def _name_of(key: str, domain: str) -> str:
    """Return the Message-ID of a notice."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _is_usable(address: str) -> bool:
    """Say whether what an account holds is one plain mail address."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _not_sent(error: Exception, settings: NotifierSettings, password: str) -> NotSent:
    """Say why a message was not taken, in words that repeat no secret."""
    where = f"The mail server {settings.mail_host}:{settings.mail_port}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _answered(f"{where} refused the recipient", code, said, password, is_ours=False)
    if isinstance(error, smtplib.SMTPResponseException):
        is_ours = not isinstance(error, smtplib.SMTPDataError)
        return _answered(
            f"{where} refused", error.smtp_code, error.smtp_error, password, is_ours=is_ours
        )
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return NotSent(
            f"{where} ended the conversation, or took longer than {TOTAL_SECONDS:g} s.",
            rest_seconds=REST_SECONDS,
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotSent(
            f"{where} cannot do what PENUMBRA_MAIL_TLS or _USER asks for.", rest_seconds=60
        )
    if isinstance(error, OSError):
        why = error.strerror or "no answer in time"
        return NotSent(f"{where} was not reached: {why}.", rest_seconds=REST_SECONDS)
    return NotSent(f"The message could not be written for this recipient ({type(error).__name__}).")


def _answered(what: str, code: int, said: bytes | str, password: str, *, is_ours: bool) -> NotSent:
    """Say what the server answered; `is_ours` where every other message would fare alike."""
    data = said if isinstance(said, bytes) else said.encode()
    encoded = base64.b64encode(password.encode()).decode()
    words = excerpt(data, secrets={password, encoded})
    rest = REST_SECONDS if is_ours or code == _GOES_AWAY else 0.0
    return NotSent(f"{what}: {code} {words}", rest_seconds=rest)
