"""From an answer on the wire to a Payload: a 200 alone is never believed.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. A proxy's page, a starting pod, a cut body and a body that is not the one its ETag
names all come as "200 OK". Each is an outcome of its own, in the order of `diffs.outcomes`:
not ready before not a table before truncated. What the bytes mean is the format's question.
"""

from __future__ import annotations

import hashlib
import re
from email.message import Message
from http import HTTPStatus
from itertools import islice

from diffs.fetch.decoding import GZIP, IDENTITY, BrokenBody, TooLarge, UnknownEncoding, decoded
from diffs.fetch.endpoint import Payload
from diffs.fetch.failure import FetchFailed, excerpt
from diffs.fetch.location import BadAddress, Location
from diffs.fetch.meter import Meter
from diffs.fetch.wire import Answer, Call
from diffs.outcomes import Outcome

ETAG_OF_BODY = re.compile(r'(?:W/)?"([0-9a-f]{64})(?:\+gzip)?"')
"""routesrv: the sha256 of the body, with `+gzip` behind it where the body is packed."""

READABLE_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
_PEEKED_CHUNKS = 4
_PEEKED_BYTES = 4096
_LONGEST_VALIDATOR = 1024
_LONGEST_NUMBER = 18  # digits that fit a database's integer
_HINTS = {
    400: "Does it understand the query?",
    401: "Name a credential that it knows.",
    403: "Is the credential allowed to read this?",
    404: "Is the path right?",
    429: "It is asked too often; lengthen the interval.",
}


def judged(answer: Answer, call: Call, meter: Meter) -> Payload:
    """Read an answer to its end and judge whether it is whole.

    Errors
        FetchFailed  not_ready, not_a_table, truncated, or unreachable for any status but 200
                     and an asked-for 304
    """
    if answer.status == HTTPStatus.OK:
        return _complete(answer, call, meter)
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return _unchanged(answer, call, meter)
    raise _status_failure(answer, call)


def _complete(answer: Answer, call: Call, meter: Meter) -> Payload:
    if not call.is_plain:
        _check_counts(answer, call)
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    _check_readable(answer, encoding, call)
    if not {"content-length", "transfer-encoding"} & set(answer.headers):
        raise FetchFailed(
            Outcome.TRUNCATED,
            f"{call.location.shown} says neither how long its answer is nor where it ends, so a"
            " cut one would look whole. It must send Content-Length or chunks.",
        )
    body = _decoded(answer, encoding, call, meter)
    digest = hashlib.sha256(body).hexdigest()
    promised = "" if call.is_plain else _digest_of(answer.headers.get("etag"))
    if promised and promised != digest:
        raise FetchFailed(
            Outcome.TRUNCATED,
            f"{call.location.shown} sent a body that is not the one its ETag names: the ETag"
            f" begins {promised[:12]}, the body's sha256 {digest[:12]}. Something in between"
            " changed or cut it.",
        )
    return _payload(answer, call, meter, body=body, sha256=digest)


def _unchanged(answer: Answer, call: Call, meter: Meter) -> Payload:
    asked = call.conditional.etag
    told = answer.headers.get("etag")
    if not asked and not call.conditional.last_modified:
        raise _unreachable(call, "answered 304, not modified, though nothing was asked about that.")
    if asked and told and _strong(told) != _strong(asked):
        raise _unreachable(call, "answered 304, not modified, for another ETag than was asked for.")
    promised = "" if call.is_plain else _digest_of(told or asked)
    return _payload(answer, call, meter, body=b"", sha256=promised)


def _payload(answer: Answer, call: Call, meter: Meter, *, body: bytes, sha256: str) -> Payload:
    headers = answer.headers
    return Payload(
        status=answer.status,
        body=body,
        sha256=sha256,
        not_modified=answer.status == HTTPStatus.NOT_MODIFIED,
        etag=_sendable(headers.get("etag")),
        last_modified=_sendable(headers.get("last-modified")),
        content_type=headers.get("content-type"),
        x_count=None if call.is_plain else _number(headers.get("x-count")),
        x_timestamp=None if call.is_plain else _number(headers.get("x-timestamp")),
        ip=answer.ip,
        addresses=call.addresses,
        latency_seconds=meter.seconds_spent(),
        received_bytes=meter.received_bytes,
    )


def _check_counts(answer: Answer, call: Call) -> None:
    """Check what only route tables count: none is loaded yet, or it is no route table at all."""
    for name in ("x-count", "x-timestamp"):
        if name in answer.headers and _number(answer.headers[name]) is None:
            raise FetchFailed(
                Outcome.NOT_A_TABLE,
                f"{call.location.shown} sent {name} that is not a number. Is this a route table?",
            )
    if _number(answer.headers.get("x-count")) == 0 and not call.may_be_empty:
        raise FetchFailed(
            Outcome.NOT_READY,
            f"{call.location.shown} counts 0 routes: it has not loaded its table yet.",
            status=answer.status,
        )


def _check_readable(answer: Answer, encoding: str, call: Call) -> None:
    charset = _charset(answer.headers.get("content-type", ""))
    unreadable = ""
    if encoding not in IDENTITY | GZIP:
        unreadable = f"packed as {excerpt(encoding.encode(), secrets=call.secrets)!r}"
    elif charset not in READABLE_CHARSETS:
        unreadable = f"in charset {excerpt(charset.encode(), secrets=call.secrets)!r}"
    if unreadable:
        raise FetchFailed(
            Outcome.NOT_A_TABLE,
            f"{call.location.shown} answered {unreadable}, which was not asked for. Only UTF-8,"
            " plain or gzip, is read.",
        )


def _decoded(answer: Answer, encoding: str, call: Call, meter: Meter) -> bytes:
    limit = meter.limits.decoded_bytes
    try:
        return decoded(answer.chunks, encoding=encoding, limit=limit)
    except TooLarge:
        sentence = (
            f"unpacks to more than {limit} bytes and was cut off. If its table is that large,"
            " raise PENUMBRA_DECODED_BYTES."
        )
    except (BrokenBody, UnknownEncoding) as error:
        sentence = f"sent a packed body that is not whole: {error}."
    raise FetchFailed(Outcome.TRUNCATED, f"{call.location.shown} {sentence}")


def _status_failure(answer: Answer, call: Call) -> FetchFailed:
    status = answer.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _unreachable(
            call,
            f"answered {status} and points to {_pointed_to(answer)}; redirects are not followed."
            " Give the final address.",
            status=status,
        )
    body = _peek(answer)
    if status == HTTPStatus.NOT_FOUND and body == b"":
        return FetchFailed(
            Outcome.NOT_READY,
            f"{call.location.shown} has no table yet (404 with an empty body): it has not loaded"
            " its routes since it started.",
            status=status,
        )
    said = excerpt(body or b"", secrets=call.secrets)
    hint = _HINTS.get(status, "Only 200 with a table is of use.")
    words = f"answered {status}: “{said}”." if said else f"answered {status}."
    return _unreachable(call, f"{words} {hint}", status=status)


def _peek(answer: Answer) -> bytes | None:
    """Return the beginning of an error's body, or None where it is unreadable or breaks off."""
    if answer.headers.get("content-encoding", "").strip().lower() not in IDENTITY:
        return None
    try:
        return b"".join(islice(answer.chunks, _PEEKED_CHUNKS))[:_PEEKED_BYTES]
    except FetchFailed:
        return None


def _pointed_to(answer: Answer) -> str:
    try:
        return Location.parse(answer.headers.get("location", "")).authority
    except BadAddress:
        return "another path"


def _unreachable(call: Call, what: str, *, status: int | None = None) -> FetchFailed:
    return FetchFailed(Outcome.UNREACHABLE, f"{call.location.shown} {what}", status=status)


def _digest_of(etag: str | None) -> str:
    found = ETAG_OF_BODY.fullmatch((etag or "").lower().replace("w/", "W/", 1))
    return found[1] if found else ""


def _strong(etag: str) -> str:
    return etag.removeprefix("W/")


def _sendable(header: str | None) -> str | None:
    """Keep a validator only if it can go back in a request header as it came."""
    is_plain = header is not None and header.isascii() and header.isprintable()
    return header if is_plain and len(header or "") <= _LONGEST_VALIDATOR else None


def _charset(content_type: str) -> str:
    parsed = Message()
    parsed["Content-Type"] = content_type
    return str(parsed.get_param("charset", "")).strip().lower()


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
    return int(digits) if is_number else None
