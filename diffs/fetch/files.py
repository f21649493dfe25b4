"""A table from a file, in the shape of a fetched one: for the command line, and from open folders.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. A fleet file names files as file:///FOLDER/NAME, and whoever may write it should read no
other file of the machine by it. So only folders that the deployment names are open, and the way
from such a folder down is taken step by step, each opened below the one before and none by a link:
what is checked is what is read, whatever is renamed meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from diffs.fetch.endpoint import Limits, Payload
from diffs.fetch.failure import FetchFailed
from diffs.outcomes import Outcome

FILE = "file://"
FOLDERS_SETTING = "PENUMBRA_ALLOWED_FOLDERS"


def is_file(address: str) -> bool:
    """Say whether an address names a file."""
    return address.startswith(FILE)


def read_open_file(address: str, *, folders: Sequence[str], limits: Limits) -> Payload:
    """Read a file that a fleet file names, below one of the folders that are open.

    Errors
        FetchFailed  unreachable where no open folder holds it, or it is no ordinary file; truncated
                     where it is too large; moved where it was written while it was read
    """
    path = PurePosixPath(address.removeprefix(FILE))
    folder = next((Path(one) for one in folders if path.is_relative_to(one)), None)
    if folder is None or ".." in path.parts or path == PurePosixPath(folder):
        sentence = f"{path} lies in no open folder. If it should be read, add {path.parent} to"
        raise FetchFailed(Outcome.UNREACHABLE, f"{sentence} {FOLDERS_SETTING}.")
    started_at = time.monotonic()
    try:
        body, is_still = _read(_opened(folder, path.relative_to(folder).parts), limits)
    except OSError as error:
        sentence = f"{path} cannot be read: {error.strerror}. Links are not followed."
        raise FetchFailed(Outcome.UNREACHABLE, sentence) from None
    if not is_still:
        raise FetchFailed(Outcome.MOVED, f"{path} was written while it was read. It is read again.")
    return _payload(body, str(path), limits, started_at)


def _read(descriptor: int, limits: Limits) -> tuple[bytes, bool]:
    """Read and close an open file; say whether nobody wrote to it meanwhile."""
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        with os.fdopen(descriptor, "rb", closefd=False) as opened:
            body = opened.read(limits.decoded_bytes + 1)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return body, (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)


def _opened(folder: Path, steps: Sequence[str]) -> int:
    """Open a file step by step below a folder, through no link; return its descriptor."""
    above = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in steps[:-1]:
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
            os.close(above)
            above = below
        return os.open(steps[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=above)
    finally:
        os.close(above)


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
    return _payload(body, str(path), limits, started_at)


def _payload(body: bytes, path: str, limits: Limits, started_at: float) -> Payload:
    """Return a file's bytes as a whole answer, unless they are too many."""
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
