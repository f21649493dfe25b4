"""One HTTP request over one fresh connection to an address that was checked before.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. This is the only module that knows the HTTP library. It uses HTTPX's own engine
(httpcore2) below the client, because only there a network backend can be given, and the
backend is what keeps two promises: it connects to the pinned address whatever the name would
resolve to now (Host header and TLS name stay the name's), and it bounds every single read by
what is left of the whole exchange. Without the client there are no redirects, cookies,
environment proxies, .netrc or log lines with addresses either. Connections are not kept: one
per request is safe in threads and after fork, and costs less than a millisecond beside a look.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field

import httpcore2
import httpx2 as httpx

from diffs.fetch.endpoint import Validators
from diffs.fetch.failure import FetchFailed, excerpt
from diffs.fetch.location import Location
from diffs.fetch.meter import Meter
from diffs.outcomes import Outcome

# Its debug lines print the answer's headers, and a stranger may echo a token there.
logging.getLogger("httpcore2").setLevel(logging.INFO)


MOST_TRIED = 4
"""Addresses of one name that are connected to before it counts as away: among many pods, a share of
the time for connecting would be too short for any."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, judged and ready to be sent.

    Shapes
        proxy      what is connected to instead of the location, or None
        addresses  what to connect to, already checked; tried in order until one accepts
        secrets    texts of the request that no sentence may repeat
        is_plain   whether headers that only route tables have mean nothing here
        content    what is sent, where the method is POST; its length must stand in the headers
    """

    location: Location
    _: KW_ONLY
    addresses: tuple[str, ...]
    headers: dict[str, str] = field(repr=False)
    method: str = "GET"
    content: bytes = field(default=b"", repr=False)
    proxy: Location | None = None
    context: ssl.SSLContext | None = None
    conditional: Validators = field(default_factory=Validators)
    may_be_empty: bool = False
    is_plain: bool = False
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status line, headers, and the body as it comes; `chunks` may be read once."""

    status: int
    _: KW_ONLY
    headers: httpx.Headers = field(repr=False)
    chunks: Iterator[bytes] = field(repr=False)
    ip: str


@contextmanager
def exchange(call: Call, meter: Meter) -> Iterator[Answer]:
    """Send the request and give the answer while the connection is open.

    Errors
        FetchFailed  unreachable where no answer began, truncated where its body broke off
    """
    backend = _PinnedBackend(call.addresses[:MOST_TRIED], meter)
    with _pool(call, backend) as pool:
        response = _begin(pool, call, meter)
        try:
            yield Answer(
                response.status,
                headers=httpx.Headers(response.headers),
                chunks=_body(response, meter),
                ip=backend.connected_ip,
            )
        finally:
            response.close()


def _pool(call: Call, backend: _PinnedBackend) -> httpcore2.ConnectionPool:
    proxy = httpcore2.Proxy(_url(call.proxy, target="/")) if call.proxy else None
    return httpcore2.ConnectionPool(
        ssl_context=call.context, proxy=proxy, max_connections=1, network_backend=backend
    )


def _url(location: Location, *, target: str) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=location.scheme, host=location.host, port=location.port, target=target
    )


def _begin(pool: httpcore2.ConnectionPool, call: Call, meter: Meter) -> httpcore2.Response:
    request = httpcore2.Request(
        call.method,
        _url(call.location, target=call.location.target),
        headers=[("Host", call.location.authority), *call.headers.items()],
        content=call.content or None,
    )
    try:
        return pool.handle_request(request)
    except (httpcore2.TimeoutException, httpcore2.NetworkError) as error:
        failure = _no_answer(error, meter)
    except httpcore2.ProxyError as error:
        said = excerpt(str(error).encode(), secrets=call.secrets)
        failure = _unreachable(meter, f"was not reached: its proxy answered {said}.")
    except httpcore2.ProtocolError:
        failure = _unreachable(
            meter, "ended the connection without an HTTP answer. Is another service on this port?"
        )
    raise failure


def _body(response: httpcore2.Response, meter: Meter) -> Iterator[bytes]:
    try:
        yield from response.iter_stream()
    except httpcore2.TimeoutException:
        failure = meter.overdue()
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        failure = FetchFailed(
            Outcome.TRUNCATED,
            f"{meter.shown} broke off in the middle of its answer, after"
            f" {meter.received_bytes} bytes. What came is not the whole table.",
        )
    else:
        return
    raise failure


def _no_answer(error: Exception, meter: Meter) -> FetchFailed:
    if isinstance(error, httpcore2.ConnectTimeout):
        return meter.not_connected()
    if isinstance(error, httpcore2.TimeoutException):
        return meter.overdue()
    cause = error.args[0] if error.args else None  # the pool raises `from None`
    if isinstance(cause, ssl.SSLError):
        return _no_tls(cause, meter)
    if isinstance(cause, ConnectionRefusedError):
        return _unreachable(meter, "refused the connection. Does anything listen on this port?")
    if isinstance(error, httpcore2.ConnectError):
        return _unreachable(meter, "cannot be connected to. Is there a route to this address?")
    return _unreachable(meter, "broke the connection before it answered.")


def _no_tls(cause: ssl.SSLError, meter: Meter) -> FetchFailed:
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return _unreachable(meter, "does not speak TLS as asked. Should the address be http://?")
    return _unreachable(
        meter,
        f"showed a certificate that is not believed here ({cause.verify_message}). Name the CA"
        " bundle of its authority, or the host that the certificate is for.",
    )


def _unreachable(meter: Meter, what: str) -> FetchFailed:
    return FetchFailed(Outcome.UNREACHABLE, f"{meter.shown} {what}")


class _PinnedBackend(httpcore2.NetworkBackend):
    """Connects to addresses that were given, never to a name."""

    def __init__(self, addresses: tuple[str, ...], meter: Meter) -> None:
        self.connected_ip = ""
        self._addresses = addresses
        self._meter = meter
        self._system = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - what the name means was decided before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the meter knows better
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Try the addresses in order, each with its share of the time for connecting."""
        for position, ip in enumerate(self._addresses, start=1):
            share = self._meter.connect_seconds_left() / (len(self._addresses) - position + 1)
            try:
                stream = self._system.connect_tcp(ip, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if position == len(self._addresses):
                    raise
            else:
                self.connected_ip = ip
                return _MeteredStream(stream, self._meter)
        raise httpcore2.ConnectError("no address")


class _MeteredStream(httpcore2.NetworkStream):
    """A connection whose every read and write is bounded by what is left of the whole."""

    def __init__(self, stream: httpcore2.NetworkStream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        data = self._stream.read(max_bytes, self._meter.seconds_left())
        self._meter.receive(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._meter.seconds_left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        left = self._meter.connect_seconds_left()
        return _MeteredStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._meter
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
