"""What every page shows around its content: navigation, the workers' pulse, who is signed in."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from diffs.operations.claim_due import HEARTBEAT
from ledger.clock import database_now
from ledger.present import now_and_beat
from rollouts.permissions.middleware import HELD
from rollouts.queries.alarms import Strip, strips
from rollouts.queries.authority import roles_of
from rollouts.queries.collector import (
    Collector,
    collector,
    collector_beat,
    is_alive,
    last_look,
)
from rollouts.queries.difference_groups import unreviewed_count
from rollouts.queries.inbox import waiting_count
from rollouts.views.silence import report_silence

NOW = "penumbra.now"
"""Where a request keeps the database's time that its page is about."""

BEAT = "penumbra.beat"
"""Where it keeps when the workers last handed out looks."""

LOOKED = "penumbra.looked"
"""Where a page that loaded every target keeps when the last look was."""

AWAITED = "penumbra.awaited"
"""Where a page that loaded every open promotion keeps how many wait for the person."""

UNREVIEWED = "penumbra.unreviewed"
"""Where a page that loaded every difference keeps how many nobody reviewed yet."""


def present(request: HttpRequest) -> tuple[datetime, bool]:
    """Return the moment that all of one answer is about, and whether anybody looks then."""
    now, beat_at = now_and_beat(HEARTBEAT)
    request.META[NOW], request.META[BEAT] = now, beat_at
    is_watched = is_alive(beat_at, now=now)
    if not is_watched:
        report_silence(now=now)
    return now, is_watched


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page's frame; nothing of the fleet for those who are not let in."""
    frame: dict[str, Any] = {"version": settings.VERSION, "manage": settings.MANAGE}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    roles = request.META.get(HELD) or roles_of(user)
    frame["account_sentence"] = ", ".join(sorted(roles)) or "no role yet"
    if roles:
        frame["collector"] = SimpleLazyObject(partial(_pulse, request))  # parts do not show it
        frame["nav"] = _navigation(request)
        frame["shell_url"] = reverse("frame")
        frame["strips"] = SimpleLazyObject(partial(_strips, request))
    return frame


def _pulse(request: HttpRequest) -> Collector:
    """Return the workers' pulse at the moment that the page is about."""
    meta = request.META
    beat_at = meta[BEAT] if BEAT in meta else collector_beat()
    looked_at = meta[LOOKED] if LOOKED in meta else last_look()
    return collector(beat_at, looked_at, now=meta.get(NOW) or database_now())


def _awaited(request: HttpRequest) -> int:
    """Return how many promotions wait for the person."""
    if AWAITED in request.META:
        return int(request.META[AWAITED])
    return waiting_count(request.user.pk)


def _unreviewed(request: HttpRequest) -> int:
    """Return how many differences nobody reviewed yet."""
    if UNREVIEWED in request.META:
        return int(request.META[UNREVIEWED])
    return unreviewed_count(now=request.META.get(NOW) or database_now())


def _strips(request: HttpRequest) -> list[Strip]:
    """Return what stands over the page at the moment that it is about."""
    return strips(now=request.META.get(NOW) or database_now())


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of the top bar."""
    entries = (
        ("Overview", "overview"),
        ("Inbox", "inbox"),
        ("Differences", "differences"),
        ("Promotions", "promotions"),
        ("Rules", "rules"),
        ("Audit", "audit"),
        *((("Mail", "demo-mail"), ("Slack", "demo-slack")) if settings.DEMO else ()),
    )
    counts = {  # parts do not show them
        "inbox": SimpleLazyObject(partial(_awaited, request)),
        "differences": SimpleLazyObject(partial(_unreviewed, request)),
    }
    return [
        {
            "label": label,
            "url": reverse(name),
            "current": request.path == reverse(name),
            "name": name,
            "count": counts.get(name),
        }
        for label, name in entries
    ]
