"""What to write where a key is missing: the lines around, and the very line to add."""

from __future__ import annotations

import re

from rollouts.appliers.git.content import Content
from rollouts.appliers.git.excerpts import numbered
from rollouts.appliers.go_yaml import Missing, Unwritable, spelled

AFTER = 2
STEP = 2
NO_CONTENT = re.compile(rb"\s*(#.*|\{\{.*)?")
FLOW = re.compile(rb":\s*\{")


def added_lines(
    content: Content, path: str, missing: Missing, *, key: str, word: str
) -> tuple[str, ...]:
    """Return the nearest lines as they are, then each line to add, as it is to be written.

    Shapes
        word        what the key is to say; empty where nothing is to be added
    """
    shown = numbered(content, path, range(missing.line, missing.line + 1 + AFTER))
    if not word:
        return shown
    texts = (content.file(path) or b"").split(b"\n")
    indent = _indent(texts, missing) if missing.depth else 0
    added = _nested(key.split(".")[missing.depth :], word, indent)
    return (*shown, *(f"{path}: add: {line}" for line in added))


def _nested(steps: list[str], word: str, indent: int) -> list[str]:
    """Return the lines of the steps that are missing, the last one with the word."""
    try:
        value = spelled(word, style='"').decode()
    except Unwritable:
        value = '"…"'
    lines = [" " * (indent + STEP * depth) + f"{step}:" for depth, step in enumerate(steps)]
    return [*lines[:-1], f"{lines[-1]} {value}"]


def _indent(texts: list[bytes], missing: Missing) -> int:
    """Return how far the children of the nearest key are, or would be, indented."""
    parent = texts[missing.line - 1]
    if FLOW.search(parent):
        return 0
    own = _width(parent)
    following = (line for line in texts[missing.line :] if not NO_CONTENT.fullmatch(line))
    child = _width(next(following, b""))
    return child if child > own else own + STEP


def _width(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" "))
