"""What to read and how far to go: Endpoint, Limits, Validators, Payload.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
Values only: nothing here opens a socket or reads a setting.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from urllib.parse import urlsplit

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of one side, with the ways of reaching it that belong to its source.

    Units
        credential  a name (`diffs.fetch.Credentials`), never a value
        ca_bundle   path of a PEM file; None means the system's authorities
        proxy       `http://host:port`; with a proxy it is the proxy's address that the policy
                    checks and that is connected to, since the proxy looks up the name behind; for
                    an http address it sees the credential too
        paging      routes per request, for a legacy side that cannot answer in one; None asks
                    for all at once, which is the only atomic way
        gzip        ask for gzip instead of identity; constant per endpoint, because routesrv's
                    ETag depends on it and conditional requests would miss
    """

    url: str
    _: KW_ONLY
    credential: str | None = None
    ca_bundle: str | None = None
    proxy: str | None = None
    paging: int | None = None
    gzip: bool = False

    def __post_init__(self) -> None:
        if self.paging is not None and self.paging < 1:
            raise ValueError(f"paging is {self.paging}; it counts the routes of one request")

    def __repr__(self) -> str:
        return f"Endpoint({without_secrets(self.url)!r}, credential={self.credential!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much time and room one side may take; each has the name of its setting.

    Units
        total_seconds    PENUMBRA_SIDE_DEADLINE_SECONDS, around the whole exchange, all pages
        connect_seconds  PENUMBRA_CONNECT_SECONDS, for name, TCP and TLS together
        received_bytes   PENUMBRA_RECEIVED_BYTES, as they come from the wire, headers included
        decoded_bytes    PENUMBRA_DECODED_BYTES, after decompression
    """

    total_seconds: float = 20.0
    connect_seconds: float = 5.0
    received_bytes: int = 64 * MEBIBYTE
    decoded_bytes: int = 256 * MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the last answer said about itself, to ask "only if it changed since"."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One complete answer: whole body, or the word that nothing changed.

    Units
        body             decoded bytes; empty where `not_modified`
        sha256           64 hex digits of `body`; where `not_modified`, those that the ETag
                         states, else ""
        x_count          routes in the whole table, as the server counts them
        x_timestamp      unix second at which the table was built
        ip               the address that answered; "" for a file
        addresses        all addresses that the name had, in order of preference
        latency_seconds  from the first look-up to the last byte
        received_bytes   on the wire, headers included
    """

    status: int
    body: bytes = field(repr=False)
    sha256: str
    not_modified: bool = False
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    x_count: int | None = None
    x_timestamp: int | None = None
    ip: str = ""
    addresses: tuple[str, ...] = ()
    latency_seconds: float = 0.0
    received_bytes: int = 0

    @property
    def validators(self) -> Validators:
        """What to send along with the next request for the same address."""
        return Validators(etag=self.etag, last_modified=self.last_modified)


def without_secrets(url: str) -> str:
    """Drop user, password, query and fragment from an address that need not be a good one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
