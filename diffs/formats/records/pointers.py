"""JSON pointers, by RFC 6901, with * for every member of one level.

Pure: nothing here imports Django, reads a clock or opens a socket.

A member whose name is itself * cannot be named alone: * means it and its siblings.
"""

from __future__ import annotations

import re

Pointer = tuple[str, ...]
"""The names of the steps; none leads to the whole."""

ANY = "*"
MOST_CHARACTERS = 500

_WRONG_TILDE = re.compile(r"~(?![01])")


class BadPointer(ValueError):
    """The text is no pointer; the error says why and what to write."""


def parse_pointer(text: str) -> Pointer:
    """Return the steps of a pointer.

    Errors
        BadPointer      it neither is empty nor begins with /, has a ~ that stands for nothing, or
                        is longer than MOST_CHARACTERS
    """
    if len(text) > MOST_CHARACTERS:
        raise BadPointer(
            f"a pointer of more than {MOST_CHARACTERS} characters. Write a shorter one."
        )
    if text and not text.startswith("/"):
        raise BadPointer(f"{text!r} is no JSON pointer. Write it with a / first: /{text}")
    if _WRONG_TILDE.search(text):
        raise BadPointer(f"{text!r} holds a ~ that stands for nothing. Write ~0 for ~, ~1 for /.")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])


def pointer_text(pointer: Pointer) -> str:
    """Return a pointer as it is written."""
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in pointer)
