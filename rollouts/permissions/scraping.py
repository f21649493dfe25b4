"""Who may read /metrics: whoever shows the token of this deployment, and nobody else.

A monitoring system has no session. Its token opens this one address for reading, and nothing else;
a person's session does not open it.
"""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FILE = "file:"
LEAST = 32
CLOSED = "Metrics are closed. Set PENUMBRA_METRICS_TOKEN to open them to whoever shows it.\n"
UNREADABLE = (
    "The file of PENUMBRA_METRICS_TOKEN cannot be read, or holds too short a token."
    " Look at its path and its permissions.\n"
)
UNKNOWN = "Show the token: Authorization: Bearer TOKEN\n"


def refused(request: HttpRequest) -> HttpResponse | None:
    """Return nothing to let a request pass, else the answer that refuses it."""
    if not settings.METRICS_TOKEN:
        return _plain(CLOSED, HTTPStatus.FORBIDDEN)
    token = _token(settings.METRICS_TOKEN)
    if len(token) < LEAST:
        return _plain(UNREADABLE, HTTPStatus.FORBIDDEN)
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and compare_digest(shown.strip().encode(), token.encode()):
        return None
    answer = _plain(UNKNOWN, HTTPStatus.UNAUTHORIZED)
    answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
    return answer


def _token(setting: str) -> str:
    """Return the token, read from its file where the setting names one; "" if it cannot be."""
    if not setting.startswith(FILE):
        return str(setting)
    try:
        return Path(setting.removeprefix(FILE)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        return ""


def _plain(text: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
