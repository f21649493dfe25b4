"""Hand out previews of rules, so that each is worked on by one worker.

Theory. A preview is a row; a message only rings. Its claim runs out unless the worker renews it
with each batch, so one whose worker was killed is handed out again within CLAIM_SECONDS and a tick.
One that ends its workers again and again is closed.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from diffs.models import PreviewState, RulePreview
from diffs.models.preview import UNENDED

CLAIM_SECONDS = 20.0
MOST_TRIES = 3
AT_ONCE = 4
"""Previews handed out in one tick."""

LONGEST = timedelta(minutes=10)
"""No claim is held for longer: one that is was written before the database's clock was set back."""

GIVEN_UP = (
    "Every worker that took it ended before it was done."
    " Start it again; if it fails again, see the log."
)


def claim_previews(*, now: datetime) -> list[tuple[int, str]]:
    """Claim previews that nobody works on, the longest waiting first.

    Shapes
        return  (id, claim) of each; the claim is asked for again at every later step
    """
    handed_out = []
    with transaction.atomic():
        free = (
            Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + LONGEST)
        )
        rows = RulePreview.objects.filter(free, state__in=UNENDED).order_by("started_at")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        for row in rows[:AT_ONCE]:
            if row.tries >= MOST_TRIES:
                row.state, row.ended_at, row.problem = PreviewState.FAILED, now, GIVEN_UP
            else:
                row.tries += 1
                row.claim = secrets.token_hex(16)
                row.claimed_until = now + timedelta(seconds=CLAIM_SECONDS)
                handed_out.append((row.pk, row.claim))
            row.save()
    return handed_out
