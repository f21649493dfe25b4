"""What kind of value a printed literal is, for shapes: a number, an address, a duration, a hash.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import re

_KINDS = (
    ("number", re.compile(r"-?\d+(\.\d+)?")),
    ("duration", re.compile(r'"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+"')),
    ("address", re.compile(r'"(\w+://.*|\d{1,3}(\.\d{1,3}){3}(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?)"')),
    ("hash", re.compile(r'"(?=[^"]*\d)[0-9a-fA-F]{16,}"')),
    ("pattern", re.compile(r'"(\^.*|.*\$)"', re.DOTALL)),
    ("text", re.compile(r'".*"', re.DOTALL)),
)


def type_of(literal: str) -> str:
    """Return the kind of a literal, in one word; "word" for what is written without quotes."""
    return next((name for name, form in _KINDS if form.fullmatch(literal)), "word")
