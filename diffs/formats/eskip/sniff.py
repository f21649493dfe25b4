"""Tell whether bytes may be an eskip document at all, before anything is read from them.

Pure: nothing here imports Django, reads a clock or opens a socket.

An eskip document begins with a letter, an underscore, *, a semicolon or a comment. So no valid one
can begin as HTML, JSON or a compressed file does; and without an arrow it holds no route.
"""

from __future__ import annotations

import re

from diffs.formats.eskip.lexer import idle_end

_PLAIN_TYPES = ("", "text/plain", "application/octet-stream", "binary/octet-stream")
_STARTS = (
    (
        re.compile(
            rb"<(?:!doctype html|!--|(?:html|head|body|title|center|div|pre|p|h[1-6])\b)",
            re.IGNORECASE,
        ),
        "an HTML page",
    ),
    (re.compile(rb"<"), "an XML document"),
    (re.compile(rb"[{\[]"), "a JSON document"),
    (re.compile(rb"\x1f\x8b|\x28\xb5\x2f\xfd|BZh|PK\x03\x04"), "compressed data"),
    (re.compile(rb"\x89PNG|GIF8|\xff\xd8\xff|%PDF|\x7fELF|\x00"), "a binary file"),
)
_TYPES = {
    "text/html": "an HTML page",
    "application/xhtml+xml": "an HTML page",
    "application/json": "a JSON document",
    "application/problem+json": "a JSON document",
}
_SPACE = b" \t\n\v\f\r\xef\xbb\xbf"


def why_not_a_table(content_type: str | None, data: bytes) -> str:
    """Return what the body is instead of a route table, in words, or "" where it may be one.

    An empty body is a table of no routes; what that means is for others to say.

    Shapes
        content_type    as the header has it, or None
    """
    start = data[:64].lstrip(_SPACE)
    for pattern, words in _STARTS:
        if pattern.match(start):
            return words
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind not in _PLAIN_TYPES:
        return _TYPES.get(kind, f"content type {kind}")
    if b"->" not in data and idle_end(data, 0) < len(data):
        return "text without a single route"
    return ""
