"""Notifiers: a notice in, nothing out; one file each and one line in NOTIFIERS."""

from __future__ import annotations

from collections.abc import Callable

from rollouts.notifiers.email import Email
from rollouts.notifiers.notice import Notice, Notifier, NotifierSettings, NotSent, notice_of
from rollouts.notifiers.slack import Slack

NOTIFIERS: dict[str, Callable[[NotifierSettings], Notifier]] = {"email": Email, "slack": Slack}

__all__ = ["NOTIFIERS", "NotSent", "Notice", "Notifier", "NotifierSettings", "notice_of"]
