"""Behaviours for `misbehaving`: one whole answer, and every way in which an answer can be wrong.

Each function returns a Behaviour. TABLE is a small nopretty route table, COUNT its routes.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping

from tests.servers.listener import Behaviour, Conversation

TABLE = b'a: Path("/a") -> "http://a.test";\nb: Path("/b") -> status(404) -> <shunt>;'
COUNT = 2
TIMESTAMP = 1_700_000_000
PLAIN = "text/plain; charset=utf-8"


def head(status: int, headers: Mapping[str, object]) -> bytes:
    """Spell a status line and headers."""
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {text}" for name, text in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(data: bytes) -> bytes:
    """Frame bytes as one chunk; `chunk(b"")` is the end."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def etag_of(body: bytes, suffix: str = "") -> str:
    """The ETag that routesrv gives a body."""
    return f'"{hashlib.sha256(body).hexdigest()}{suffix}"'


def raw(*pieces: bytes) -> Behaviour:
    """Send these bytes, then close in good order."""
    return lambda talk: talk.send(b"".join(pieces))


def answer(
    body: bytes = TABLE, *, status: int = 200, headers: Mapping[str, object] | None = None
) -> Behaviour:
    """Answer with a whole body of a stated length."""
    stated = {"Content-Type": PLAIN, "Content-Length": len(body), **(headers or {})}
    return raw(head(status, stated), body)


def table(body: bytes = TABLE, *, count: int = COUNT, timestamp: int = TIMESTAMP) -> Behaviour:
    """Answer as Skipper does: chunks, X-Count, X-Timestamp."""
    stated = {
        "Content-Type": PLAIN,
        "Transfer-Encoding": "chunked",
        "X-Count": count,
        "X-Timestamp": timestamp,
    }
    return raw(head(200, stated), chunk(body), chunk(b""))


def routesrv(body: bytes = TABLE, *, count: int = COUNT) -> Behaviour:
    """Answer as routesrv does: ETag of the body, 304 to who has it, gzip to who asks for it."""

    def behave(talk: Conversation) -> None:
        packed = "gzip" in talk.asked.headers.get("accept-encoding", "")
        etag = etag_of(body, "+gzip" if packed else "")
        stated: dict[str, object] = {"Content-Type": PLAIN, "Etag": etag, "X-Count": count}
        if talk.asked.headers.get("if-none-match") == etag:
            talk.send(head(304, stated))
            return
        sent = gzip.compress(body) if packed else body
        if packed:
            stated["Content-Encoding"] = "gzip"
        talk.send(head(200, {**stated, "Content-Length": len(sent)}) + sent)

    return behave


def html_page(status: int = 200) -> Behaviour:
    """A login page of some proxy, with 200."""
    page = b"<!doctype html><title>Sign in</title><p>Please sign in."
    return answer(page, status=status, headers={"Content-Type": "text/html; charset=utf-8"})


def not_loaded() -> Behaviour:
    """The routesrv that has not loaded yet: 404 and no body."""
    return answer(b"", status=404)


def starting() -> Behaviour:
    """The Skipper that has not loaded yet: 200 and no routes."""
    return answer(b"", headers={"X-Count": 0, "X-Timestamp": TIMESTAMP})


def short_of_length(body: bytes = TABLE, missing: int = 1) -> Behaviour:
    """Close before the stated Content-Length is there."""
    return raw(head(200, {"Content-Type": PLAIN, "Content-Length": len(body) + missing}), body)


def without_chunk_end(body: bytes = TABLE) -> Behaviour:
    """Close after a whole chunk, without the chunk that says it was the last."""
    return raw(head(200, {"Content-Type": PLAIN, "Transfer-Encoding": "chunked"}), chunk(body))


def inside_a_chunk(body: bytes = TABLE) -> Behaviour:
    """Close in the middle of a chunk."""
    stated = {"Content-Type": PLAIN, "Transfer-Encoding": "chunked"}
    return raw(head(200, stated), chunk(body)[: len(body) // 2])


def close_delimited(body: bytes = TABLE) -> Behaviour:
    """A body that ends where the connection ends: nobody can tell whether it is whole."""
    return raw(head(200, {"Content-Type": PLAIN, "X-Count": COUNT}), body)


def reset_in_the_body(body: bytes = TABLE) -> Behaviour:
    """A TCP reset after the first half."""

    def behave(talk: Conversation) -> None:
        talk.send(head(200, {"Content-Length": len(body)}) + body[: len(body) // 2])
        talk.pause(0.1)  # the reset would take what is still on its way with it
        talk.reset()

    return behave


def drip(*, every: float = 0.2, body: bytes = TABLE) -> Behaviour:
    """A good answer, one byte of its body at a time: no single read takes long."""
    return _slowly(head(200, {"Content-Type": PLAIN, "Content-Length": len(body)}), body, every)


def drip_headers(*, every: float = 0.2) -> Behaviour:
    """A good answer, one byte of its headers at a time."""
    return _slowly(b"", head(200, {"X-Slow": "z" * 1000}), every)


def drip_chunk_size(*, every: float = 0.2) -> Behaviour:
    """A chunk whose size line never ends: no byte of a body arrives, yet bytes do."""
    start = head(200, {"Content-Type": PLAIN, "Transfer-Encoding": "chunked"})
    return _slowly(start, b"1;" + b"x" * 1000, every)


def endless_chunks(piece: bytes = TABLE) -> Behaviour:
    """Chunk after chunk, for ever, as fast as they are read."""

    def behave(talk: Conversation) -> None:
        talk.send(head(200, {"Content-Type": PLAIN, "Transfer-Encoding": "chunked"}))
        while not talk.stopping.is_set():
            talk.send(chunk(piece) * 64)

    return behave


def gzipped(
    body: bytes = TABLE, *, cut: int = 0, garbage: bytes = b"", etag: str = ""
) -> Behaviour:
    """A packed body, perhaps with its last bytes missing or others behind its end."""
    packed = gzip.compress(body)
    sent = packed[: len(packed) - cut] + garbage
    headers = {"Content-Encoding": "gzip"} | ({"Etag": etag} if etag else {})
    return answer(sent, headers=headers)


def bomb(size: int) -> Behaviour:
    """A small packed body that unpacks to `size` zeros."""
    return gzipped(bytes(size))


def redirect(to: str) -> Behaviour:
    """Send the client elsewhere."""
    return answer(b"", status=302, headers={"Location": to})


def silence() -> Behaviour:
    """Take the request and never answer."""
    return lambda talk: talk.pause(3600)


def hang_up() -> Behaviour:
    """Take the request and close without a word."""
    return raw()


def another_protocol() -> Behaviour:
    """Something that is no HTTP server."""
    return raw(b"SSH-2.0-OpenSSH_9.6\r\n")


def echo(status: int = 401) -> Behaviour:
    """An error page that prints back the credential and the address it was sent."""

    def behave(talk: Conversation) -> None:
        told = f"{talk.asked.headers.get('authorization')} {talk.asked.target}".encode()
        talk.send(head(status, {"Content-Length": len(told)}) + told)

    return behave


def _slowly(at_once: bytes, slow: bytes, every: float) -> Behaviour:
    def behave(talk: Conversation) -> None:
        talk.send(at_once)
        for byte in slow:
            talk.send(bytes([byte]))
            talk.pause(every)

    return behave
