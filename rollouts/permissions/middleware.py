"""Refuse every request for which the permission table has no row that lets this person in.

The table is asked with the roles a person holds anywhere; views of one tier narrow it to that tier.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from rollouts.permissions.table import ANYBODY, PERMISSIONS, SIGNED_IN, needed_roles
from rollouts.queries.authority import roles_of

Answer = Callable[[HttpRequest], HttpResponseBase]


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
        methods = sorted(allowed for row, allowed in PERMISSIONS if row == name)
        if not needed and methods:
            return HttpResponseNotAllowed(methods)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if needed == SIGNED_IN or needed & roles_of(request.user):
            return None
        raise PermissionDenied(_sentence(needed))


def _sentence(needed: frozenset[str]) -> str:
    """Say what is missing, for the page of a refusal."""
    if not needed:
        return "Nobody may open this address."
    roles = ", ".join(sorted(needed))
    return f"This needs one of the roles {roles}. An operator gives it: manage.py grant ROLE USER."
