"""One request, as Skipper sees it.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diffs.formats.eskip.matching.paths import clean

PLAIN_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9.])?(:[0-9]{1,5})?")
PLAIN_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
PLAIN_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")


def header_name(name: str) -> str:
    """Return a header's name as Go writes it: content-type is Content-Type."""
    if not TOKEN.fullmatch(name):
        return name
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


@dataclass(frozen=True, slots=True)
class Request:
    """A method, a host, a path and headers; no header but these, no query, no body.

    Shapes
        path        clean, and needs no percent sign
        headers     name as Go writes it -> value
    """

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def is_plain(self) -> bool:
        """Whether a person can send it as it stands here."""
        return (
            bool(TOKEN.fullmatch(self.method))
            and bool(PLAIN_HOST.fullmatch(self.host))
            and bool(PLAIN_PATH.fullmatch(self.path))
            and clean(self.path) == self.path
            and all(
                TOKEN.fullmatch(name) and PLAIN_VALUE.fullmatch(value)
                for name, value in self.headers
            )
        )

    def __str__(self) -> str:
        told = " and ".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.method} {self.host}{self.path}" + (f" with {told}" if told else "")
