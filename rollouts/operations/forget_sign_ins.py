"""Forget tries to sign in that count no more, and addresses that nobody came from for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from rollouts.models import SignInTries
from rollouts.sign_in_limits import KNOWN_FOR, NAME_REST, WINDOW

KEPT = max(NAME_REST, WINDOW) + timedelta(hours=1)


def forget_sign_ins(*, now: datetime) -> int:
    """Delete the rows that say nothing any more; return how many that were."""
    is_unknown = Q(proven_at=None) | Q(proven_at__lte=now - KNOWN_FOR)
    with transaction.atomic():
        count, _ = SignInTries.objects.filter(is_unknown, last_at__lt=now - KEPT).delete()
    return count
