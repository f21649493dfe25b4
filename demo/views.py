"""Signing in with one click: exists only while the demo plays."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from demo.people import PEOPLE
from rollouts.views.parameters import own_path

NAMES = [person.username for person in PEOPLE]


@require_POST
def sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign one of the demo's people in."""
    user = get_object_or_404(User, username=username, username__in=NAMES)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(own_path(request.POST.get("next")) or "overview")
