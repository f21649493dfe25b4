"""An incoming webhook that keeps what it is posted."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"
LARGEST_BODY = 1_000_000


class Webhook(ThreadingHTTPServer):
    """Listens on a port of its own and gives every body that comes to its path to `keep`."""

    daemon_threads = True

    def __init__(self, path: str, keep: Callable[[bytes], None]) -> None:
        """Listen; `serve_forever` begins to answer."""
        super().__init__((HOST, 0), _Handler)
        self.path = path
        self.keep = keep

    @property
    def url(self) -> str:
        """Return the address to post to."""
        return f"http://{HOST}:{self.server_port}{self.path}"


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Webhook
    timeout = 10

    def do_POST(self) -> None:
        """Keep what was posted and answer as Slack does."""
        length = self.headers.get("Content-Length", "")
        if self.path != self.server.path:
            self._answer(HTTPStatus.NOT_FOUND, b"no_service")
        elif not length.isdigit() or int(length) > LARGEST_BODY:
            self._answer(HTTPStatus.BAD_REQUEST, b"invalid_payload")
        else:
            self.server.keep(self.rfile.read(int(length)))
            self._answer(HTTPStatus.OK, b"ok")

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the path is what keeps others out."""
