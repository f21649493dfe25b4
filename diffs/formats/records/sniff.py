"""Tell whether bytes may hold records at all, before anything is read from them.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import re

_START = re.compile(rb"[\xef\xbb\xbf \t\r\n]*")
_PAGE = re.compile(rb"<(?:!doctype html|!--|(?:html|head|body|title)\b)", re.IGNORECASE)
_PACKED = re.compile(rb"\x1f\x8b|\x28\xb5\x2f\xfd|BZh|PK\x03\x04")
_ROUTE = re.compile(rb"\w+: ?[^\n{]*->")
_LINE_END = re.compile(rb"\}[ \t\r]*(?:\n|\Z)")
_FIRST_LINE = re.compile(rb"[^\n]*(?:\n|\Z)")


def why_not_records(data: bytes, *, has_root: bool) -> str:
    """Return what the body is instead of records, in words, or "" where it may hold some.

    An empty body holds no records; what that means is for others to say. The content type is not
    asked: servers call JSON by many names.
    """
    begin = _START.match(data)
    at = begin.end() if begin else 0
    first = data[at : at + 1]
    if not first or (first == b"[" and not has_root):
        return ""
    if first == b"{":
        return "" if has_root or _begins_with_a_record(data, at) else _ONE_OBJECT
    if first == b"[":
        return "a JSON array where the option root expects an object"
    return _named(data[at : at + 512])


_ONE_OBJECT = "one JSON object over several lines (where is the array in it? name it by root)"


def _begins_with_a_record(data: bytes, at: int) -> bool:
    """Say whether the first line ends as a record does: JSON lines hold one a line."""
    line = _FIRST_LINE.match(data, at)
    return bool(line and (_LINE_END.search(line[0]) or len(line[0].strip()) > 1))


def _named(start: bytes) -> str:
    """Return what a text that begins as no JSON does is."""
    if _PAGE.match(start):
        return "an HTML page"
    if start.startswith(b"<"):
        return "an XML document"
    if _PACKED.match(start):
        return "compressed data"
    if _ROUTE.match(start):
        return "a route table"
    return "text that is no JSON"
