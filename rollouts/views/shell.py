"""What every page shows around its content: navigation, the workers' pulse, who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ledger.clock import database_now
from rollouts.queries.authority import roles_of
from rollouts.queries.collector import collector


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page's frame; nothing of the fleet for those who are not let in."""
    frame: dict[str, Any] = {"version": settings.VERSION}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    roles = roles_of(user)
    frame["account_sentence"] = ", ".join(sorted(roles)) or "no role yet"
    if roles:
        frame["collector"] = collector(now=database_now())
        frame["nav"] = _navigation(request)
        frame["shell_url"] = reverse("frame")
    return frame


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of the top bar."""
    home = reverse("overview")
    return [{"label": "Overview", "url": home, "current": request.path == home}]
