"""An address as a person gives it, taken apart once.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. An address that one parser checks and another one connects to can be two addresses
(`http://good\\@evil/`). So the text is taken apart here and nowhere else: the policy, the
credentials and the connection all use these parts, and what is ambiguous is refused.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote_plus, urlencode, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_NETLOC = re.compile(
    r"(?:\[(?P<literal>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:]+))(?::(?P<port>[0-9]{1,5}))?"
)
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_LARGEST_PORT = 65535


class BadAddress(ValueError):
    """The text is not an http or https address that can be read in one way only."""


@dataclass(frozen=True, slots=True)
class Location:
    """Scheme, host, port, path and query of one address; the host is lower-case ASCII.

    An IPv6 host has no brackets here. `query` holds what the person gave, undecoded.
    """

    scheme: str
    _: KW_ONLY
    host: str
    port: int
    path: str = "/"
    query: str = ""

    def __repr__(self) -> str:
        return f"Location({self.shown!r})"

    @classmethod
    def parse(cls, url: str) -> Location:
        """Take an address apart.

        Errors
            BadAddress  another scheme than http and https, a user or password in the address,
                        no host, a port outside 1 to 65535, spaces, control characters,
                        backslashes. The text of the error repeats no query and no password.
        """
        if _UNPRINTABLE.search(url):
            raise BadAddress("The address holds a space, a control character or a backslash.")
        parts = _split(url)
        if parts.scheme not in DEFAULT_PORTS:
            raise BadAddress("The address must begin with http:// or https://.")
        if "@" in parts.netloc:
            raise BadAddress(
                "The address holds a user or a password before the @. Take them out and name a"
                " credential instead."
            )
        host, port = _host_and_port(parts.netloc, parts.scheme)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
        return cls(parts.scheme, host=host, port=port, path=path, query=query)

    def asking(self, parameters: Mapping[str, str] | None) -> Location:
        """Return the location with parameters set; others stay, an empty value is a bare name."""
        if not parameters:
            return self
        kept = [
            item
            for item in self.query.split("&")
            if item and unquote_plus(item.partition("=")[0]) not in parameters
        ]
        asked = [
            urlencode({name: value}) if value else quote(name, safe="")
            for name, value in parameters.items()
        ]
        return replace(self, query="&".join(kept + asked))

    @property
    def authority(self) -> str:
        """Host and port as the Host header says them; the port only where it is not the default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query, as the request line says them."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def shown(self) -> str:
        """The address without its query, which may hold a token: the form for sentences."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def secrets(self) -> frozenset[str]:
        """Values of the query, in both spellings: any of them may be a token."""
        spelled = {item.partition("=")[2] for item in self.query.split("&")}
        decoded = {value for _, value in parse_qsl(self.query)}
        return frozenset(spelled | decoded) - {""}


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise BadAddress("The address cannot be read; brackets belong around IPv6 only.") from None


def _host_and_port(netloc: str, scheme: str) -> tuple[str, int]:
    found = _NETLOC.fullmatch(netloc)
    if found is None:
        raise BadAddress("The address names no host, or its port is not a number.")
    port = int(found["port"] or DEFAULT_PORTS[scheme])
    if not 1 <= port <= _LARGEST_PORT:
        raise BadAddress(f"Port {port} does not exist; ports are 1 to 65535.")
    return (_literal(found["literal"]) if found["literal"] else _name(found["name"])), port


def _literal(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise BadAddress("What stands in brackets is not an IPv6 address.") from None


def _name(text: str) -> str:
    try:
        host = text.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress("The host name is not one that the name service can hold.") from None
    if not _NAME.fullmatch(host):
        raise BadAddress("The host name holds a character that host names do not have.")
    return host
