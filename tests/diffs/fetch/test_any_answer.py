"""Whatever bytes a server sends, the fetch ends in a payload or in a failure with a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diffs.fetch import Endpoint, FetchFailed, fetch
from tests.diffs.fetch.asking import terms
from tests.servers import Misbehaving, answers, misbehaving

STATUS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 304 N",
        b"HTTP/1.1 404 N",
        b"HTTP/1.1 101 S",
        b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK",
        b"HTTP/2 200",
        b"HTTP/1.1 99999 X",
        b"HTTP/1.1 600 X",
    ]
)
HEADER = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: 0",
        b"Content-Length: -1",
        b"Content-Length: 5, 6",
        b"Content-Length: " + b"9" * 5000,
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip",
        b"Content-Encoding: gzip",
        b"Content-Encoding: gzip, gzip",
        b"Content-Encoding: \xff",
        b"Content-Type: text/plain; charset",
        b'Content-Type: ;;=\xff"',
        b"Content-Type: a; charset*=x",
        b"X-Count: 5, 5",
        b"X-Count: \xb2",
        b"X-Count: " + b"7" * 5000,
        b'ETag: "\xff"',
        b"Location: http://[",
        b"Connection: close",
        b": nameless",
        b" folded",
        b"No colon",
    ]
)
BODY = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"hello",
            b"5\r\nhello\r\n0\r\n\r\n",
            b"5\r\nhello\r\n0\r\nX: y\r\n\r\n",
            b"ffffffffffffffffffff\r\n",
            b"-1\r\n",
            b"5;a=b\r\nhello\r\n0\r\n\r\n",
        ]
    ),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Misbehaving]:
    with misbehaving(answers.hang_up()) as running:
        yield running


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(status=STATUS, headers=st.lists(HEADER, max_size=4), body=BODY)
def test_ends_in_a_payload_or_in_a_sentence(server, status, headers, body):
    server.answer_with(answers.raw(b"\r\n".join([status, *headers]), b"\r\n\r\n", body))

    try:
        payload = fetch(Endpoint(server.url), **terms())
    except FetchFailed as failed:
        assert failed.sentence.isprintable()
        assert len(failed.sentence) < 500
    else:
        assert payload.status == 200
