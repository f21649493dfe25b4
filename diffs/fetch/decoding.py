"""Undo the Content-Encoding of a body without ever holding more than the limit.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. A kilobyte of gzip can stand for a gigabyte, so zlib is asked for STEP bytes at a time
and stopped when the sum passes the limit. Completeness is judged here too: gzip has an end of
its own (checksum and length), and a body that lacks it, or has more after it, was cut or mixed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

STEP = 2**18
_GZIP_WITH_HEADER = zlib.MAX_WBITS | 16
IDENTITY = frozenset({"", "identity"})
GZIP = frozenset({"gzip", "x-gzip"})


class UnknownEncoding(ValueError):
    """The body is packed in a way that was not asked for."""


class BrokenBody(ValueError):
    """The packed body is cut, damaged, or followed by something else."""


class TooLarge(ValueError):
    """The unpacked body passes the limit."""


def decoded(chunks: Iterable[bytes], *, encoding: str, limit: int) -> bytes:
    """Join a body and undo its Content-Encoding.

    Shapes
        chunks    the body as it came, in order
        encoding  the Content-Encoding header, "" where there is none
        return    at most `limit` bytes

    Units
        limit     bytes after unpacking; at most STEP bytes more are held before it is noticed

    Errors
        UnknownEncoding, BrokenBody, TooLarge
    """
    name = encoding.strip().lower()
    if name in IDENTITY:
        return _bounded(chunks, limit)
    if name in GZIP:
        return _bounded(_unpacked(chunks), limit)
    raise UnknownEncoding(encoding)


def _bounded(pieces: Iterable[bytes], limit: int) -> bytes:
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLarge
        kept.append(piece)
    return b"".join(kept)


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP_WITH_HEADER)
    for chunk in chunks:
        waiting = chunk
        while waiting:
            if unpacker.eof:
                raise BrokenBody("it goes on after its gzip end")
            yield _step(unpacker, waiting)
            waiting = unpacker.unused_data or unpacker.unconsumed_tail
    while not unpacker.eof:
        rest = _step(unpacker, b"")
        yield rest
        if not rest:
            break
    if not unpacker.eof:
        raise BrokenBody("it ends before its gzip end")


def _step(unpacker: zlib._Decompress, waiting: bytes) -> bytes:
    try:
        return unpacker.decompress(waiting, STEP)
    except zlib.error:
        raise BrokenBody("it is not whole gzip") from None
