"""A repository over HTTP: git's own backend behind a small server that asks for a token."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Served:
    """A server that runs: its address, what it was sent, and what it does to requests."""

    url: str = ""
    authorization: str = "Bearer "
    headers: list[str] = field(default_factory=list)
    moved_to: str = ""


@contextmanager
def served(folder, *, authorization):
    """Serve the bare repositories of a folder to whoever sends this header."""
    state = Served(authorization=authorization)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self):
            given = self.headers.get("Authorization", "")
            state.headers.append(given)
            if state.moved_to:
                self.answer(302, [("Location", state.moved_to + self.path)], b"")
            elif given != state.authorization:
                said = f"No: {given}".encode()  # as careless servers do
                self.answer(403, [("Content-Type", "text/plain; charset=utf-8")], said)
            else:
                self.answer(*backend(self, folder))

        def do_POST(self):
            self.do_GET()

        def answer(self, status, headers, body):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def backend(request: BaseHTTPRequestHandler, folder: Path):
    """Run git-http-backend(1) for one request; return status, headers and body."""
    address = urlsplit(request.path)
    length = int(request.headers.get("Content-Length") or 0)
    done = subprocess.run(
        ["git", "http-backend"],
        input=request.rfile.read(length),
        env={
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "REQUEST_METHOD": request.command,
            "REMOTE_USER": "penumbra",  # lets it take pushes
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        },
        capture_output=True,
        check=True,
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    status = headers.pop("Status", "200 OK")
    return int(status.split()[0]), list(headers.items()), body
