"""What is raised where a file does not say beyond doubt what it says."""

from __future__ import annotations


class Unclear(Exception):
    """It cannot be worked out; the text says what, `lines` where, the first line being 1."""

    def __init__(self, message: str, *lines: int) -> None:
        super().__init__(message)
        self.lines = lines
