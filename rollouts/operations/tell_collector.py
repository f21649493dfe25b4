"""Tell that nobody hands out looks any more, once, and that somebody does again.

Theory. Who is dead cannot say so: whoever notices does, a worker of another queue or a process that
serves pages. A silence is named by the last sign of life, so however many notice, it is one row and
one notice. Who finds a silence that is old already was not there when it began; all of Penumbra may
just have been started, so the others get their time to start before anything is said.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from rollouts.models import ToldSilence
from rollouts.notifiers import Notice
from rollouts.operations.ring_notifiers import ring_notifiers
from rollouts.operations.send_notices import tell
from rollouts.queries.collector import SILENT, collector_beat, is_alive
from rollouts.queries.promotion_notice import moment

FRESH = timedelta(minutes=2)
"""A silence that is noticed within this began while somebody was there."""

KEPT = timedelta(days=90)


def tell_collector(*, now: datetime) -> bool:
    """Tell what changed about whether anybody looks; return whether there was anything to tell."""
    beat_at = collector_beat()
    if beat_at is None:
        return False
    if is_alive(beat_at, now=now):
        return _tell_alive(beat_at, now)
    known = ToldSilence.objects.filter(since=beat_at).first()
    if known is not None and (known.told_at or not _may_be_told(known, beat_at, now)):
        return False
    with transaction.atomic():
        return _tell_silence(beat_at, now)


def _tell_silence(beat_at: datetime, now: datetime) -> bool:
    ToldSilence.objects.get_or_create(since=beat_at, defaults={"noticed_at": now})
    silence = ToldSilence.objects.select_for_update().get(since=beat_at)
    if silence.told_at is not None or not _may_be_told(silence, beat_at, now):
        return False
    silence.told_at = now
    silence.save(update_fields=["told_at"])
    tell(_silent_notice(silence, now), now=now)
    ring_notifiers()
    return True


def _may_be_told(silence: ToldSilence, beat_at: datetime, now: datetime) -> bool:
    """Say whether the silence is no mere start of all of Penumbra."""
    return silence.noticed_at - beat_at <= FRESH or now - silence.noticed_at >= SILENT


def _tell_alive(beat_at: datetime, now: datetime) -> bool:
    """End the silences that are open, in one notice if any was told."""
    if not ToldSilence.objects.filter(ended_at=None).exists():
        return False
    with transaction.atomic():
        ended = list(
            ToldSilence.objects.select_for_update().filter(ended_at=None).order_by("since")
        )
        ToldSilence.objects.filter(pk__in=[one.pk for one in ended]).update(ended_at=now)
        ToldSilence.objects.filter(ended_at__lt=now - KEPT).delete()
        told = [one for one in ended if one.told_at is not None]
        if told:
            tell(_back_notice(told[-1], beat_at, now), now=now)
    return bool(told)


def _silent_notice(silence: ToldSilence, now: datetime) -> Notice:
    thread = _thread_of(silence)
    return Notice(
        kind="collector",
        key=thread,
        thread=thread,
        title="Nobody looks: no worker hands out looks",
        sentence=(
            "What the pages show is old, and no gate opens on it. Promotions towards exec wait;"
            " rolling back works. Look at the processes: beat, the workers of the queue look, and"
            " Redis between them."
        ),
        facts=(("Last sign of life", moment(silence.since)),),
        link=settings.BASE_URL + reverse("overview"),
        at=moment(now),
    )


def _back_notice(silence: ToldSilence, beat_at: datetime, now: datetime) -> Notice:
    thread = _thread_of(silence)
    seconds = int((now - silence.since).total_seconds())
    return Notice(
        kind="collector",
        key=f"{thread} over",
        thread=thread,
        title="Somebody looks again",
        sentence="Workers hand out looks again. What was not seen meanwhile counts as not seen.",
        facts=(("Nobody looked for", f"{seconds:,} s"), ("Last sign of life", moment(beat_at))),
        link=settings.BASE_URL + reverse("overview"),
        at=moment(now),
    )


def _thread_of(silence: ToldSilence) -> str:
    return f"collector {silence.since.isoformat()}"
