"""All addresses, and one without a row that takes anything for a name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def anything(_request: HttpRequest, text: str) -> HttpResponse:
    """Answer with what was asked."""
    return HttpResponse(text)


urlpatterns = [path("", include("rollouts.urls")), path("odd/<str:text>", anything, name="odd")]
