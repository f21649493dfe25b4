"""Answers when something is away or broken: they ask no database."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.defaults import server_error as broken

RETRY_SECONDS = 5
NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "password"}

AWAY = "The database does not answer at present, so nothing can be read or decided."


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 503 where the database is away, 500 for all else; Django calls it while handling."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request, title="Not now", text=AWAY)
    return broken(request)


def unavailable(request: HttpRequest, *, title: str, text: str) -> HttpResponse:
    """Answer 503 with a page on which the same form can be sent again, as it was filled in.

    A form carries the key of its request, so that sending it twice is one decision.
    """
    is_form = request.method == "POST"
    fields = [
        (name, value)
        for name, values in (request.POST.lists() if is_form else ())
        if name not in NOT_SENT_AGAIN
        for value in values
    ]
    context = {
        "title": title,
        "text": text,
        "path": request.path,
        "is_form": is_form,
        "fields": fields,
        "csrf_token": get_token(request),
        "version": "",
    }
    status = HTTPStatus.SERVICE_UNAVAILABLE
    response = HttpResponse(render_to_string("503.html", context), status=status)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
