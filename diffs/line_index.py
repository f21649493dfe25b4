"""What one look found out, so that the next one reads only the lines that are new.

Flow: address -> fetch -> parse -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

A table printed without indentation holds one route per line, and what follows the id decides alone
what the route means. So the digest of that raw text stands for the digest of its canonical form.
Digests are the first 16 bytes of SHA-256: equal in every process and on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Self

SIZE = 16
NO_LINE = bytes(SIZE)
"""Raw digest of a route that does not stand on a line of its own."""

_MAGIC = b"penumbra-lines-1\n"
_SLICE = re.compile(rb".{%d}" % SIZE, re.DOTALL)


def digest_of(data: bytes) -> bytes:
    """Return the 16 bytes that stand for `data`."""
    return sha256(data).digest()[:SIZE]


class LineIndex:
    """The good routes of one table in the order of the document, as digests.

    Shapes
        label       the format and version that made it; another version must not believe it
        keys        n route ids; an id may stand there more than once
        meanings    n digests of canonical forms
        raws        n digests of raw lines, NO_LINE where the route has no line of its own
    """

    def __init__(
        self,
        label: str = "",
        keys: Sequence[str] = (),
        meanings: Sequence[bytes] = (),
        raws: Sequence[bytes] = (),
    ) -> None:
        self.label = label
        self.keys = keys
        self.meanings = meanings
        self.raws = raws

    @cached_property
    def by_line(self) -> Mapping[bytes, bytes]:
        """Raw digest -> canonical digest."""
        found = dict(zip(self.raws, self.meanings, strict=True))
        found.pop(NO_LINE, None)
        return found

    @cached_property
    def records(self) -> Mapping[bytes, tuple[str, bytes]]:
        """Raw digest -> id and canonical digest, where a line does not begin with its id."""
        entries = zip(self.keys, self.meanings, strict=True)
        found = dict(zip(self.raws, entries, strict=True))
        found.pop(NO_LINE, None)
        return found

    @cached_property
    def digests(self) -> Mapping[str, bytes]:
        """Route id -> canonical digest; of a duplicate id, one digest over all its definitions."""
        found = dict(zip(self.keys, self.meanings, strict=True))
        if len(found) < len(self.keys):
            for key, meanings in self._repeated.items():
                found[key] = digest_of(b"".join(sorted(meanings)))
        return found

    @cached_property
    def duplicates(self) -> tuple[str, ...]:
        """The ids that stand there more than once, sorted."""
        return tuple(sorted(self._repeated))

    @cached_property
    def _repeated(self) -> Mapping[str, list[bytes]]:
        if len(set(self.keys)) == len(self.keys):
            return {}
        groups: dict[str, list[bytes]] = {}
        for key, meaning in zip(self.keys, self.meanings, strict=True):
            groups.setdefault(key, []).append(meaning)
        return {key: meanings for key, meanings in groups.items() if len(meanings) > 1}

    def to_bytes(self) -> bytes:
        """Return it in a form for from_bytes: 32 bytes and the id per route."""
        head = f"{self.label}\n{len(self.keys)}\n".encode()
        names = "\n".join(self.keys).encode()
        return b"".join((_MAGIC, head, *self.raws, *self.meanings, names))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what to_bytes wrote.

        Errors
            ValueError      these bytes are no line index, or were cut
        """
        if not data.startswith(_MAGIC):
            raise ValueError("these bytes are no line index")
        label, count, rest = data[len(_MAGIC) :].split(b"\n", 2)
        middle, end = SIZE * int(count), 2 * SIZE * int(count)
        keys = rest[end:].decode().split("\n") if int(count) else []
        if len(keys) != int(count) or len(rest) < end:
            raise ValueError("the line index was cut")
        raws, meanings = _SLICE.findall(rest[:middle]), _SLICE.findall(rest[middle:end])
        return cls(label.decode(), keys, meanings, raws)
