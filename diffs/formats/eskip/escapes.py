"""Percent escapes as Go's net/url reads and writes them, by part of an address.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: the behaviour of url.QueryEscape, url.PathUnescape and their kin in Go 1.25.
"""

from __future__ import annotations

import re

HOST, ZONE, USER, PATH, QUERY, FRAGMENT = "host", "zone", "user", "path", "query", "fragment"

_ALNUM = b"A-Za-z0-9"
_IN_HOST = rb"._~!$&'()*+,;=:\[\]<>\-" + b'"'
_KEPT = {
    HOST: re.compile(b"[^" + _ALNUM + _IN_HOST + b"]"),
    ZONE: re.compile(b"[^" + _ALNUM + _IN_HOST + b"]"),
    USER: re.compile(b"[^" + _ALNUM + rb"._~$&+,;=-]"),
    PATH: re.compile(b"[^" + _ALNUM + rb"._~$&+,/:;=@-]"),
    QUERY: re.compile(b"[^" + _ALNUM + rb"._~-]"),
    FRAGMENT: re.compile(b"[^" + _ALNUM + rb"._~$&+,/:;=?@!()*-]"),
}
"""Part -> the bytes that are escaped when it is printed."""

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})?")
_BAD_IN_HOST = re.compile(b"[^" + _ALNUM + _IN_HOST + rb"%\x80-\xff]")
_WRITTEN = {
    PATH: re.compile(b"[" + _ALNUM + rb"._~$&+,/:;=@!'()*%\[\]-]*+"),
    FRAGMENT: re.compile(b"[" + _ALNUM + rb"._~$&+,/:;=?@!'()*%\[\]-]*+"),
}
"""Part -> what is printed as it was written, though it could be escaped in another way."""

FIRST_NON_ASCII = 0x80


def escape(text: bytes, part: str) -> bytes:
    """Return the text as it is printed in that part."""
    if part == QUERY:
        return _KEPT[part].sub(_escaped, text).replace(b"%20", b"+")
    return _KEPT[part].sub(_escaped, text)


def rewritten(raw: bytes, part: str) -> bytes:
    """Return a path or fragment as Go prints it once read: as it was, where valid."""
    if _WRITTEN[part].fullmatch(raw):
        return raw
    return escape(unescape(raw, part) or b"", part)


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"%%%02X" % match[0][0]


def unescape(text: bytes, part: str) -> bytes | None:
    """Return the text that is meant, or None where Go refuses to read it in that part."""
    if part in (HOST, ZONE) and _BAD_IN_HOST.search(text):
        return None
    if part == QUERY:
        text = text.replace(b"+", b" ")
    if b"%" not in text:
        return text
    escapes = _ESCAPE.findall(text)
    if b"" in escapes or not all(_may_stand(int(digits, 16), part) for digits in escapes):
        return None
    return _ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), text)


def _may_stand(byte: int, part: str) -> bool:
    """Tell whether a byte may be written as an escape: in a host, only what cannot be plain."""
    if part == HOST:
        return byte >= FIRST_NON_ASCII or byte == ord("%")
    if part == ZONE:
        return byte in b"% " or not _KEPT[ZONE].match(bytes((byte,)))
    return True
