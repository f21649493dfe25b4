"""Signing in with one click, and what mail and Slack were told: only while the demo plays."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from demo.people import PEOPLE
from demo.sinks.kept import latest
from demo.sinks.letters import Message, folded, mail_of, post_of
from ledger.clock import database_now
from rollouts.views.parameters import own_path
from rollouts.views.parts import answer

NAMES = [person.username for person in PEOPLE]
SHOWN = 100


@require_POST
def sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign one of the demo's people in."""
    user = get_object_or_404(User, username=username, username__in=NAMES)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(own_path(request.POST.get("next")) or "overview")


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Answer with the mail that the demo's people got."""
    items = latest(_sink("mail"), limit=SHOWN)
    messages = folded(mail_of(item, site=settings.BASE_URL) for item in items)
    return _told(request, "Mail", "a mail server of the demo's own takes every message", messages)


@require_safe
def slack(request: HttpRequest) -> HttpResponse:
    """Answer with what the demo's Slack channel was told."""
    items = latest(_sink("slack"), limit=SHOWN)
    messages = [post_of(item, site=settings.BASE_URL) for item in items]
    return _told(request, "Slack", "a webhook of the demo's own takes every message", messages)


def _sink(name: str) -> Path:
    return Path(settings.FOLDER) / "sinks" / name


def _told(request: HttpRequest, title: str, whence: str, messages: list[Message]) -> HttpResponse:
    context = {"title": title, "whence": whence, "told": messages, "now": database_now()}
    return answer(request, "demo/told.html", context, parts=("told",), state=messages)
