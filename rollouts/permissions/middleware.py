"""Refuse every request for which the permission table has no row that lets this person in.

The table is asked with the roles a person holds anywhere; views of one tier narrow it to that tier.
A change that a signed-in person is refused stands on the audit trail before they hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from ledger.clock import database_now
from rollouts.operations.record_refusal import record_refusal
from rollouts.permissions import scraping
from rollouts.permissions.not_allowed import not_allowed
from rollouts.permissions.table import (
    ANYBODY,
    LOOKING_METHODS,
    SCRAPING,
    SIGNED_IN,
    allowed_methods,
    needed_roles,
)
from rollouts.queries.authority import roles_of

Answer = Callable[[HttpRequest], HttpResponseBase]

HELD = "penumbra.roles"
"""Where a request keeps the roles that its person held when it came, for what pages only show."""


class PermissionTableMiddleware:
    """Decides from URL name, method and grants, before any view runs."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; `process_view` decides, once the address is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Return nothing to let the request pass, else the answer that refuses it."""
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        method = request.method or ""
        needed = needed_roles(name, method)
        if needed == ANYBODY:
            return None
        if not needed and allowed_methods(name):
            return not_allowed(request, name)
        if needed == SCRAPING:
            return scraping.refused(request)
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        request.META[HELD] = held = roles_of(request.user)
        if needed != SIGNED_IN and not needed & held:
            refuse(request, request.path, _sentence(needed))
        return None


def refuse(request: HttpRequest, subject: str, sentence: str) -> NoReturn:
    """Refuse a person with these words; a change stands on the audit trail before.

    Errors
        PermissionDenied    always
    """
    user = request.user
    if request.method not in LOOKING_METHODS and user.is_authenticated:
        name = (request.resolver_match.url_name or "") if request.resolver_match else ""
        record_refusal(
            name,
            subject=subject,
            actor=user,
            roles=roles_of(user),
            reason=sentence,
            now=database_now(),
        )
    raise PermissionDenied(sentence)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in, and from there to the page asked for, never on to a repeated change."""
    if request.method in LOOKING_METHODS:
        return redirect_to_login(request.get_full_path())
    return redirect(settings.LOGIN_URL)


def one_of(needed: frozenset[str]) -> str:
    """Return roles of which one is enough: "the role approver", "one of the roles …"."""
    roles = sorted(needed)
    return f"the role {roles[0]}" if len(roles) == 1 else f"one of the roles {', '.join(roles)}"


def _sentence(needed: frozenset[str]) -> str:
    """Say what is missing, for the page of a refusal."""
    if not needed:
        return "Nobody may open this address."
    command = f"{settings.MANAGE} grant ROLE USER"
    return f"This needs {one_of(needed)}. An operator gives it: {command}"
