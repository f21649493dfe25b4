"""A request as it comes off the wire, through all of the WSGI application.

Django's test client writes its own headers and raises errors; here every byte is the caller's, and
an error is what a browser would be told of it: status 500.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.core import signals
from django.db import close_old_connections

from config.wsgi import application


def status_of(
    method: str = "GET",
    path: str = "/",
    *,
    query: str = "",
    body: bytes = b"",
    content_type: str = "",
    **headers: str,
) -> HTTPStatus:
    """Return the status of the answer.

    Shapes
        path, query     as a server hands them on: `path` decoded, bytes as Latin-1; `query` not
        headers         Cookie is `cookie="…"`, User-Agent `user_agent="…"`
    """
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": content_type,
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper()}": text for name, text in headers.items()},
    }
    setup_testing_defaults(environ)
    told: list[str] = []

    def start_response(status: str, _headers: object, _error: object = None) -> Any:
        told.append(status)

    with _connections_kept():
        answer: Any = application(environ, start_response)
        answer.close()
    return HTTPStatus(int(told[0].split(" ")[0]))


@contextlib.contextmanager
def _connections_kept() -> Iterator[None]:
    """Leave the test its connection, whose transaction the end of a request would end."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in ends:
            signal.connect(close_old_connections)
