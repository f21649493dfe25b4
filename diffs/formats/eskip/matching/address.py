"""The part of an address that Skipper calls.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from diffs.formats.eskip.uri import NotAnAddress, read_request_uri
from diffs.formats.eskip.voice import legible

_DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}


def called(raw: bytes) -> str:
    """Return scheme and host in lower case, a default port left out; "" where one is missing.

    Skipper calls nothing else of a backend: not its path, query or user.
    Source: net/net.go (SchemeHost) and routing/datasource.go (SplitBackend) of Skipper, which does
    not load a route whose network backend has no scheme or host.
    """
    try:
        address = read_request_uri(raw)
    except NotAnAddress:
        return ""
    if not address.scheme or not address.authority or not address.authority[1]:
        return ""
    host = address.authority[1].lower()
    return legible(
        address.scheme + b"://" + host.removesuffix(_DEFAULT_PORTS.get(address.scheme, b"\n"))
    )
