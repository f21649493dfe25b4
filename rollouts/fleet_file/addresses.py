"""Web addresses in a fleet file: what is wrong with one, and when two are the same.

A faulty address is never repeated in a message: what stands before its @ may be a password.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

Address = IPv4Address | IPv6Address

MOST_NAME_CHARACTERS = 253  # RFC 1035 §2.3.4, as written
LOOPBACK: dict[Address, Address] = {
    IPv4Address("0.0.0.0"): IPv4Address("127.0.0.1"),  # noqa: S104
    IPv6Address("::"): IPv6Address("::1"),
}
FILE = "file://"
PORTS = {"http": 80, "https": 443}
MOST_PORT = 65535
AUTHORITY = re.compile(r"(\[[^\[\]]+\]|[^\[\]:]+)(:(?P<port>[0-9]{1,5}))?")
UNWANTED = re.compile(r"""[^\x21-\x7e]|[\\"<>^`{|}]""")
LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
NUMBER_LIKE = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
PLAIN_PATH = "/~!$&'()*+,;=:@"  # RFC 3986 §3.3: what a path may hold unencoded


class Fault(NamedTuple):
    """What is wrong with an address, and the mend."""

    message: str
    mend: str


SECRET_QUERY = re.compile(
    r"(?i)(^|&)([a-z_-]*[_-])?(password|passwd|secret|token|api[_-]?key|signature)="
)


def address_fault(text: str) -> Fault | None:
    """Return the first thing wrong with an http or https address, None where it is good."""
    if UNWANTED.search(text):
        return Fault(
            "a space or another character that no address holds",
            "Take it out, or write it as %XX; names with other letters in their xn-- form.",
        )
    try:
        parts = urlsplit(text)
    except ValueError:
        return Fault("the host is not well formed", "Write an IPv6 host as [2001:db8::1].")
    if parts.scheme not in PORTS:
        return Fault("the scheme is not http or https", "Write http://HOST:PORT/PATH.")
    if "@" in parts.netloc:
        return Fault(
            "a user or password stands in the address",
            "Take it out and name a credential instead: credential: NAME.",
        )
    return _exposed_fault(parts, has_fragment="#" in text) or _authority_fault(parts)


def _exposed_fault(parts: SplitResult, *, has_fragment: bool) -> Fault | None:
    """Return what stands in the address that no server should see, or no reader of a page."""
    if SECRET_QUERY.search(parts.query):
        return Fault(
            "a secret stands in the query of the address, and pages show addresses",
            "Take it out and name a credential instead: credential: NAME.",
        )
    if has_fragment:
        return Fault("a fragment (#) stands in the address", "Cut it off: no server sees it.")
    return None


def source_fault(text: str) -> Fault | None:
    """Return the first thing wrong with where a side is read: a web address, or file:///PATH."""
    if not is_file(text):
        return address_fault(text)
    path = text.removeprefix(FILE)
    if UNWANTED.search(path) or any(sign in path for sign in "?#%"):
        return Fault("a character that no path here may hold", "Rename the file.")
    if not path.startswith("/") or any(step in {"", ".", ".."} for step in path[1:].split("/")):
        return Fault(
            "this is no whole path of a file", "Write file:///FOLDER/NAME without .. and //."
        )
    return None


def is_file(address: str) -> bool:
    """Say whether an address names a file."""
    return address.startswith(FILE)


def proxy_fault(text: str) -> Fault | None:
    """Return the first thing wrong with the address of a proxy: http, and no path."""
    fault = address_fault(text)
    if fault is not None:
        return fault
    parts = urlsplit(text)
    if parts.scheme == "http" and parts.path in {"", "/"} and not parts.query:
        return None
    return Fault("this is not the address of a proxy", "Write http://HOST:PORT and no more.")


def _authority_fault(parts: SplitResult) -> Fault | None:
    """Return what is wrong with host and port, None where they are good."""
    authority = AUTHORITY.fullmatch(parts.netloc)
    if not parts.netloc or parts.netloc.startswith(":"):
        return Fault("there is no host", "Write http://HOST:PORT/PATH.")
    if authority is None or not 1 <= int(authority["port"] or 1) <= MOST_PORT:
        return Fault(
            "host and port are not well formed, or the port is not from 1 to 65535",
            "Write http://HOST:PORT/PATH.",
        )
    return _host_fault(parts.hostname or "")


def _host_fault(host: str) -> Fault | None:
    if ":" in host:
        return None if _ipv6(host) else Fault("the host is no IPv6 address", "Write [2001:db8::1].")
    labels = host.removesuffix(".").split(".")
    if NUMBER_LIKE.fullmatch(labels[-1]):
        if _ipv4(host):
            return None
        return Fault(
            "the host is a number but no IPv4 address",
            "Write four decimal numbers without leading zeros, as in 10.0.0.7.",
        )
    if len(host) > MOST_NAME_CHARACTERS or not all(LABEL.fullmatch(label) for label in labels):
        return Fault("the host is not a name", "Write letters, digits and dashes between dots.")
    return None


def _ipv4(host: str) -> IPv4Address | None:
    try:
        return IPv4Address(host)
    except ValueError:
        return None


def _ipv6(host: str) -> IPv6Address | None:
    try:
        return None if "%" in host else IPv6Address(host)
    except ValueError:
        return None


def host_and_port(address: str) -> tuple[str, int]:
    """Return the host (small letters, no last dot, IP addresses in their one spelling) and port."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removesuffix(".")
    ip = reached(host)
    return str(ip) if ip else host, parts.port or PORTS[parts.scheme]


def reached(text: str) -> Address | None:
    """Return the IP address that a connection to `text` goes to; None where it is none.

    An IPv4 address wrapped in IPv6 is that IPv4 address, and the unspecified ones are the machine
    itself: so Linux connects them.
    """
    ip = _ipv4(text) or _ipv6(text.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    return LOOPBACK.get(ip, ip) if ip else None


def normal_address(address: str) -> str:
    """Return one spelling for all addresses that reach the same place by the same words.

    Host case, default port, a last dot, needless percent-encoding, ./ and ../ steps, an empty
    query and a last slash do not matter. Names are not resolved here.
    """
    if is_file(address):
        return address
    host, port = host_and_port(address)
    parts = urlsplit(address)
    path = quote(
        unquote(parts.path, errors="surrogateescape"), safe=PLAIN_PATH, errors="surrogateescape"
    )
    steps: list[str] = []
    for step in path.split("/"):
        if step == ".." and steps:
            steps.pop()
        elif step not in {"", ".", ".."}:
            steps.append(step)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}:{port}/{'/'.join(steps)}{query}"
