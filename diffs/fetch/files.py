"""A table from a file, for the command line, in the shape of a fetched one.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from diffs.fetch.endpoint import Limits, Payload
from diffs.fetch.failure import FetchFailed
from diffs.outcomes import Outcome


def read_file(path: Path, *, limits: Limits) -> Payload:
    """Read a file that a person named on their own command line.

    Errors
        FetchFailed  unreachable where it cannot be read, truncated where it is larger than
                     `limits.decoded_bytes`
    """
    started_at = time.monotonic()
    try:
        with path.open("rb") as opened:
            body = opened.read(limits.decoded_bytes + 1)
    except OSError as error:
        sentence = f"{path} cannot be read: {error.strerror or 'it is no ordinary file'}."
        raise FetchFailed(Outcome.UNREACHABLE, sentence) from None
    if len(body) > limits.decoded_bytes:
        raise FetchFailed(
            Outcome.TRUNCATED,
            f"{path} is larger than {limits.decoded_bytes} bytes. If its table is that large,"
            " raise PENUMBRA_DECODED_BYTES.",
        )
    return Payload(
        status=200,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        latency_seconds=time.monotonic() - started_at,
        received_bytes=len(body),
    )
