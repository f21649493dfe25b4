"""The answer to a method that an address does not take: what it is for, and where that is done."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from rollouts.permissions.table import LOOKING_METHODS, allowed_methods

ACTS = (
    "This address does something, so it only takes what the button of a page sends."
    " Nothing was done. Open the page and press the button there."
)
SHOWS = "This address only shows something. What was sent to it was not taken; nothing was changed."
LABELS = {"target": "To the target", "tier": "To the tier"}


def not_allowed(request: HttpRequest, url_name: str) -> HttpResponse:
    """Answer 405 with a page in words, and a way to the page above the address."""
    allowed = allowed_methods(url_name)
    above, label = _page_above(request.path)
    context = {
        "text": SHOWS if LOOKING_METHODS & set(allowed) else ACTS,
        "back_url": above,
        "back_label": label,
    }
    response = render(request, "405.html", context, status=HTTPStatus.METHOD_NOT_ALLOWED)
    response["Allow"] = ", ".join(allowed)
    return response


def _page_above(path: str) -> tuple[str, str]:
    """Return the nearest page at or above an address that can be looked at, and what it is."""
    while path != "/":
        try:
            name = resolve(path).url_name or ""
        except Resolver404:
            name = ""
        if LOOKING_METHODS & set(allowed_methods(name)):
            return path, LABELS.get(name, "To the page")
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return "/", "To the overview"
