"""Pack bodies small: whole, or as a patch on an earlier whole one.

Flow: ... -> report -> *store*.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. zstd with the earlier body as its dictionary stores little more than what changed. A patch
always stands on a whole body, never on another patch, so that reading one costs two rows at most.
When patches on one whole body have grown to a tenth of the body packed alone, the next body is
stored whole and becomes the new base.
"""

from __future__ import annotations

from collections.abc import Iterator

import zstandard

LEVEL = 3
HASH_LOG = 20
"""Positions of the base that are remembered: with zstd's default, a patch on 8 MB saves nothing."""

PATCH_WORTH = 0.1
"""A patch larger than this share of the whole body's own packed size starts a new base."""


def pack(body: bytes) -> bytes:
    """Return a body packed alone."""
    packer = zstandard.ZstdCompressor(level=LEVEL, write_content_size=True, write_checksum=True)
    return packer.compress(body)


def unpack(data: bytes, *, base: bytes | None = None) -> bytes:
    """Return the body that `pack` or, with its base, `patch` packed.

    Errors
        zstandard.ZstdError     the data is not whole, or the base is another one
    """
    if base is None:
        return zstandard.ZstdDecompressor().decompress(data)
    dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=2**31).decompress(data)


def unpacked_pieces(data: bytes, *, base: bytes | None = None) -> Iterator[bytes]:
    """Yield the body that was packed, piece by piece: large ones are sent as they are unpacked.

    Errors
        zstandard.ZstdError     as `unpack`, perhaps behind pieces that were yielded already
    """
    if base is None:
        return zstandard.ZstdDecompressor().read_to_iter(data)
    dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    decompressor = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=2**31)
    return decompressor.read_to_iter(data)


def patch(body: bytes, *, base: bytes) -> bytes:
    """Return a body packed as a patch on `base`."""
    window = max(10, min(27, (len(body) + len(base)).bit_length()))
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL,
        window_log=window,
        hash_log=HASH_LOG,
        write_content_size=True,
        write_checksum=True,  # without it, another base would give another body in silence
    )
    dictionary = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    packer = zstandard.ZstdCompressor(dict_data=dictionary, compression_params=parameters)
    return packer.compress(body)
