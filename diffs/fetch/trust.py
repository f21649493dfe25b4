"""TLS: which certificates are believed, one context per CA bundle.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Building a context reads and parses every authority (about 20 ms), so contexts are kept; the
file's time and size are part of the key, so that a renewed bundle is picked up.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

from diffs.fetch.failure import FetchFailed
from diffs.outcomes import Outcome


def tls_context(ca_bundle: str | None) -> ssl.SSLContext:
    """Return the context that believes one CA bundle only, or the system's authorities.

    Errors
        FetchFailed  the bundle cannot be read
    """
    if ca_bundle is None:
        return _context(None, 0, 0)
    try:
        facts = Path(ca_bundle).stat()
        return _context(ca_bundle, facts.st_mtime_ns, facts.st_size)
    except (OSError, ssl.SSLError, ValueError):
        raise FetchFailed(
            Outcome.UNREACHABLE,
            f"The CA bundle {ca_bundle} cannot be read as PEM certificates. Look at the path, its"
            " permissions and its content.",
        ) from None


@lru_cache(maxsize=256)
def _context(ca_bundle: str | None, _modified_ns: int, _size: int) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_bundle)
