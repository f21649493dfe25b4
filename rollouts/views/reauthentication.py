"""Whether who decides is still the person who signed in: the password, at most five minutes old.

A session lasts for hours and a screen may be left open; an approval shall not be given by whoever
comes by. In the demo, where nobody has a password, none is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from ledger.clock import database_now
from rollouts.operations.check_password import check_password
from rollouts.views.client_address import client_address
from rollouts.views.scopes import person

GOOD_FOR = timedelta(minutes=5)
_KEY = "password_given_at"


def note_password(request: HttpRequest, now: datetime) -> None:
    """Remember in the session that its person gave the right password now."""
    request.session[_KEY] = now.isoformat()


def own_password(request: HttpRequest, now: datetime) -> Callable[[str], bool] | None:
    """Return what tries the viewer's password, where a decision needs it again; else None.

    Errors
        SignInRefused       of what is returned: too many tries, counted as those of signing in
    """
    return partial(_is_own, request) if _is_needed(request, now) else None


def _is_needed(request: HttpRequest, now: datetime) -> bool:
    if settings.DEMO:
        return False
    given = parse_datetime(str(request.session.get(_KEY)))
    return given is None or not timedelta(0) <= now - given <= GOOD_FOR


def _is_own(request: HttpRequest, password: str) -> bool:
    """Say whether this is the password of who is signed in; a right one counts from now on."""
    actor, now = person(request), database_now()
    found = check_password(
        actor.get_username(), password, request=request, address=client_address(request), now=now
    )
    if found is None or found.pk != actor.pk:
        return False
    note_password(request, now)
    return True
