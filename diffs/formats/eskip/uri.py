"""Read and write addresses as Go's net/url does, since Skipper judges endpoints by it.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: the behaviour of url.ParseRequestURI, url.Parse, URL.Query and URL.String of Go 1.25; of a
bracketed host it asks for an IPv6 address, which older ones did not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from diffs.formats.eskip.escapes import (
    FRAGMENT,
    HOST,
    PATH,
    QUERY,
    USER,
    ZONE,
    escape,
    rewritten,
    unescape,
)


class NotAnAddress(ValueError):
    """Go would not read this as the address of a request; the text says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts, each decoded as Go keeps it.

    Shapes
        scheme      lower case, "" where there is none
        authority   None where no // stands; else (user info as Go prints it or None, host)
        opaque      what follows the scheme where that is no /
        path        as written
        query       as written; None where no ? stands
    """

    scheme: bytes
    authority: tuple[bytes | None, bytes] | None
    opaque: bytes
    path: bytes
    query: bytes | None


_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*+):")
_PORT = re.compile(rb"(?::[0-9]*+)?")
_USER_INFO = re.compile(rb"[A-Za-z0-9._:~!$&'()*+,;=%@-]*+")


def read_request_uri(raw: bytes) -> Address:
    """Read an absolute address, or a path beginning with /.

    Errors
        NotAnAddress    Skipper would refuse the document that names this endpoint
    """
    if not raw:
        raise NotAnAddress("it is empty")
    if raw == b"*":
        return Address(b"", None, b"", b"*", None)
    return _read(raw, of_request=True)


def _read(raw: bytes, *, of_request: bool) -> Address:
    if _CONTROL.search(raw):
        raise NotAnAddress("it holds a control character")
    if raw.startswith(b":"):
        raise NotAnAddress("the scheme before the colon is missing")
    match = _SCHEME.match(raw)
    scheme = match[1].lower() if match else b""
    rest, mark, query = (raw[match.end() :] if match else raw).partition(b"?")
    if not rest.startswith(b"/"):
        if scheme:
            return Address(scheme, None, rest, b"", query if mark else None)
        raise NotAnAddress("it is neither an absolute address nor a path beginning with /")
    authority = None
    if rest.startswith(b"//") and (scheme or not (of_request or rest.startswith(b"///"))):
        front, slash, path = rest[2:].partition(b"/")
        authority, rest = _read_authority(front), slash + path
    _decoded(rest, PATH)
    return Address(scheme, authority, b"", rest, query if mark else None)


def split_zone(raw: bytes) -> tuple[bytes, bytes]:
    """Return (address without its zone, zone); (raw, b"") where it names no zone.

    Where there is a zone, the rest is written anew: scheme in lower case, the other parameters
    sorted and escaped again, as Skipper leaves it.
    """
    front, _, fragment = raw.partition(b"#")
    try:
        address = _read(front, of_request=False)
        _decoded(fragment, FRAGMENT)
    except NotAnAddress:
        return raw, b""
    values = _query_values(address.query or b"")
    zone = values.pop(b"zone", [b""])[0]
    if not zone:
        return raw, b""
    pairs = [(key, value) for key in sorted(values) for value in values[key]]
    query = b"&".join(escape(key, QUERY) + b"=" + escape(value, QUERY) for key, value in pairs)
    written = _written(address) + (b"?" + query if query else b"")
    return written + (b"#" + rewritten(fragment, FRAGMENT) if fragment else b""), zone


def join_zone(address: bytes, zone: bytes) -> bytes:
    """Return the address with its zone, so that split_zone gives both back."""
    if not zone:
        return address
    front, mark, fragment = address.partition(b"#")
    joint = b"&" if b"?" in front else b"?"
    return front + joint + b"zone=" + escape(zone, QUERY) + mark + fragment


def _query_values(query: bytes) -> dict[bytes, list[bytes]]:
    """Return the parameters; those that cannot be read are left out, as Go does."""
    values: dict[bytes, list[bytes]] = {}
    for pair in query.split(b"&"):
        key, _, value = pair.partition(b"=")
        name, text = unescape(key, QUERY), unescape(value, QUERY)
        if pair and b";" not in pair and name is not None and text is not None:
            values.setdefault(name, []).append(text)
    return values


def _read_authority(authority: bytes) -> tuple[bytes | None, bytes]:
    user, at, host = authority.rpartition(b"@")
    if not at:
        return None, _read_host(host)
    if not _USER_INFO.fullmatch(user):
        raise NotAnAddress("the user before the @ holds a character that must be escaped")
    name, colon, password = user.partition(b":")
    written = escape(_decoded(name, USER), USER) + colon + escape(_decoded(password, USER), USER)
    return written, _read_host(host)


def _read_host(host: bytes) -> bytes:
    if host.startswith(b"["):
        return _read_bracketed(host)
    port = host.rfind(b":")
    if port >= 0 and not _PORT.fullmatch(host, port):
        raise NotAnAddress("the port after the host is no number")
    return _decoded(host, HOST)


def _read_bracketed(host: bytes) -> bytes:
    inner, bracket, port = host[1:].rpartition(b"]")
    if not bracket:
        raise NotAnAddress("the ] after the host is missing")
    if not _PORT.fullmatch(port):
        raise NotAnAddress("the port after the host is no number")
    name, percent, zone = inner.partition(b"%25")
    decoded = _decoded(name, HOST) + _decoded(percent + zone, ZONE)
    try:
        IPv6Address(decoded.decode("latin-1"))
    except AddressValueError:
        raise NotAnAddress("what stands in [ ] is no IPv6 address") from None
    return b"[" + decoded + b"]" + port


def _decoded(raw: bytes, mode: str) -> bytes:
    decoded = unescape(raw, mode)
    if decoded is None:
        where = {HOST: "the host", ZONE: "the host", USER: "the user"}.get(mode, "the path")
        raise NotAnAddress(f"{where} holds a character or an escape that may not stand there")
    return decoded


def _written(address: Address) -> bytes:
    """Return the address up to its path as Go prints it."""
    scheme = address.scheme + b":" if address.scheme else b""
    if address.opaque:
        return scheme + address.opaque
    path = rewritten(address.path, PATH)
    if address.authority is None:
        return scheme + path
    user, host = address.authority
    if user is None and not host and not path:
        return scheme
    return scheme + b"//" + (b"" if user is None else user + b"@") + escape(host, HOST) + path
