"""As much of HTTP/1.1 as the fleet needs, on asyncio: requests in, answers out, kept connections.

Theory: an answer is a value made without waiting, so that one process serves every cluster. What
Go's net/http does unasked is done here: a date, a length for short bodies, chunks for long ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

HEAD_BYTES = 16 * 1024
BODY_BYTES = 4 * 1024
CHUNK_BYTES = 32 * 1024
IDLE_SECONDS = 120.0
UNCHUNKED_BYTES = 2048
"""Go sends a length of its own accord only for bodies that fit its buffer of this size."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are in lower case, `form` is its query string."""

    method: str
    path: str
    form: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_last: bool = False

    def value(self, name: str) -> str:
        """Return the first value of a parameter of the query string, or ""."""
        return self.form.get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Shapes
        is_streamed  the body is written without its length being known first
        is_dropped   nothing is sent at all: the connection is closed
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_streamed: bool = False
    is_dropped: bool = False


DROPPED = Answer(0, is_dropped=True)
METHOD_NOT_ALLOWED = Answer(405)
Handler = Callable[[Request], Answer]
WAYS_TO_END = (
    ConnectionError,
    TimeoutError,
    asyncio.IncompleteReadError,  # the client closed
    asyncio.CancelledError,  # the whole server ends; nobody waits for one conversation
)


class Malformed(ValueError):
    """What came in is no request that this server reads."""


def refusal(status: int, sentence: str) -> Answer:
    """Answer as Go's `http.Error` does: the sentence and a newline as plain text."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return Answer(status, headers, f"{sentence}\n".encode())


NOT_FOUND = refusal(404, "404 page not found")


async def listen(handler: Handler, *, port: int = 0) -> asyncio.Server:
    """Answer on a port of the loopback address; port 0 lets the system choose one."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*WAYS_TO_END):
            await _converse(handler, reader, writer)
        writer.close()

    return await asyncio.start_server(converse, "127.0.0.1", port, limit=HEAD_BYTES)


def port_of(server: asyncio.Server) -> int:
    """Return the port on which a server listens."""
    return int(server.sockets[0].getsockname()[1])


async def _converse(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                request = await _read_request(reader)
        except Malformed as fact:
            writer.write(b"".join(_head(refusal(400, str(fact)), "close")))
            return
        answer = handler(request)
        if answer.is_dropped:
            return
        async with asyncio.timeout(IDLE_SECONDS):
            await _write(writer, request, answer)
        if request.is_last:
            return


async def _read_request(reader: asyncio.StreamReader) -> Request:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as overrun:
        raise Malformed("the request has too large a head") from overrun
    first, *lines = head.split("\r\n")[:-2]
    spoken = re.fullmatch(r"([A-Z]+) (\S+) HTTP/1\.1", first)
    if spoken is None:
        raise Malformed("the request has no line of HTTP/1.1")
    method, address = spoken.groups()

    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    try:
        target = urlsplit(address)
    except ValueError as fact:
        raise Malformed("the request asks for no address") from fact
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_BYTES:
        raise Malformed("the request has a body of a length that is not read here")
    is_last = headers.get("connection", "").lower() == "close"
    form = parse_qs(target.query, keep_blank_values=True)
    body = await reader.readexactly(int(length))
    return Request(method, target.path, form, headers, body, is_last)


async def _write(writer: asyncio.StreamWriter, request: Request, answer: Answer) -> None:
    connection = "close" if request.is_last else "keep-alive"
    if request.method == "HEAD":
        writer.write(_head_bytes(answer.status, answer.headers, connection))
    elif answer.is_streamed and len(answer.body) > UNCHUNKED_BYTES:
        await _write_chunks(writer, answer, connection)
    else:
        writer.writelines(_head(answer, connection))
    await writer.drain()


async def _write_chunks(writer: asyncio.StreamWriter, answer: Answer, connection: str) -> None:
    """Write a body in chunks; only their zero-length end says that it was whole."""
    headers = {**answer.headers, "Transfer-Encoding": "chunked"}
    writer.write(_head_bytes(answer.status, headers, connection))
    for begin in range(0, len(answer.body), CHUNK_BYTES):
        chunk = answer.body[begin : begin + CHUNK_BYTES]
        writer.writelines((f"{len(chunk):x}\r\n".encode(), chunk, b"\r\n"))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


def _head(answer: Answer, connection: str) -> tuple[bytes, bytes]:
    """Return head and body of an answer whose length is told."""
    headers = dict(answer.headers)
    if answer.status not in (204, 304):
        headers.setdefault("Content-Length", str(len(answer.body)))
    return _head_bytes(answer.status, headers, connection), answer.body


def _head_bytes(status: int, headers: Mapping[str, str], connection: str) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Date: {formatdate(usegmt=True)}", f"Connection: {connection}"]
    return "\r\n".join((*lines, "", "")).encode("latin-1")
