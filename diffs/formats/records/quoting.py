"""Texts in quotes, as JSON writes them, with everything escaped that could mislead the eye.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import json


def quoted(text: str) -> str:
    """Return a text in quotes; two texts have the same quoted form only if they are the same."""
    written = json.dumps(text, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in written)
