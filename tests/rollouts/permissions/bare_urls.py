"""All addresses, and two that somebody forgot to give a row of the permission table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def forgotten(_request: HttpRequest) -> HttpResponse:
    """Answer what nobody may see."""
    return HttpResponse("secret plans")


urlpatterns = [
    path("", include("rollouts.urls")),
    path("forgotten/", forgotten, name="forgotten"),
    path("nameless/", forgotten),
]
