"""With what notices go out: the deployment's mail server, webhook and allow-list."""

from __future__ import annotations

from django.conf import settings

from diffs.reach import reach
from rollouts.notifiers import NOTIFIERS, Notifier, NotifierSettings


def notifier_settings() -> NotifierSettings:
    """Return what notifiers may use, from the settings."""
    server = settings.MAIL_SERVER
    return NotifierSettings(
        site=settings.BASE_URL,
        mail_host=server.host,
        mail_port=server.port,
        mail_tls=server.tls,
        mail_user=server.user,
        mail_password=settings.MAIL_PASSWORD,
        mail_from=settings.MAIL_FROM,
        mail_to=settings.MAIL_TO,
        slack_webhook=settings.SLACK_WEBHOOK,
        allowed=reach().policy,
    )


def notifiers() -> dict[str, Notifier]:
    """Return every way to people by its kind, set up or not."""
    given = notifier_settings()
    return {kind: make(given) for kind, make in NOTIFIERS.items()}


def is_anybody_told() -> bool:
    """Say whether any way to people is set up."""
    given = notifier_settings()
    return bool(given.mail_host or given.slack_webhook)
