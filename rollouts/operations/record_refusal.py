"""Write down that a signed-in person was refused a change for lack of authority."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from ledger import audit

LONGEST_SUBJECT = 300
LONGEST_ACTION = 60


def record_refusal(
    url_name: str,
    *,
    subject: str,
    actor: AbstractBaseUser,
    roles: Iterable[str],
    reason: str,
    now: datetime,
) -> None:
    """Commit the refusal to the trail, so that the caller can raise it.

    Shapes
        url_name    the address that was asked for: "tier-look" is kept as "tier_look_refused"
        subject     what it was asked of; an address as it was typed is cut and made printable
    """
    action = (url_name or "address").replace("-", "_")[:LONGEST_ACTION]
    with transaction.atomic(durable=True):
        audit.record(
            f"{action}_refused",
            subject=_printable(subject)[:LONGEST_SUBJECT],
            actor=actor,
            at=now,
            role=", ".join(sorted(roles)),
            reason=reason,
        )


def _printable(text: str) -> str:
    """Return a text that any database and terminal can hold."""
    unknown = "\N{REPLACEMENT CHARACTER}"
    return "".join(letter if letter.isprintable() else unknown for letter in text)
