"""One id for everything that one request or one task did: in the trail, the logs and the answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-Id"

_present: ContextVar[str] = ContextVar("request_id", default="")


def present() -> str:
    """Return the id of the request or task that runs here; "" outside of both."""
    return _present.get()


@contextmanager
def known_as(request_id: str) -> Iterator[None]:
    """Give this id to all that happens in the block."""
    token = _present.set(request_id)
    try:
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            yield
    finally:
        _present.reset(token)


class RequestIdMiddleware:
    """Makes an id for each request and answers with it.

    What a client sends as its id is not taken: anybody could write another's into the trail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on under an id of its own."""
        request_id = secrets.token_hex(12)
        with known_as(request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        return response
