"""Lines of a repository's files as people are shown them: short, printable, secrets covered.

A configuration file may hold secrets beside the value that is changed. What follows a key that
sounds like one, and whatever looks like key material, is covered; the value itself never is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from rollouts.appliers.git.content import Content, Unusable

MOST_CHARACTERS = 300
COVER = "…"
UNENDED = "\\ No newline at end of file"
"""What stands under a last line that no newline ends, as in GNU's diff -u."""

NAMED_SECRET = re.compile(
    r"([\w.-]*(?:passw|secret|token|credential|api_?key|private_?key)[\w.-]*[\"']?\s*:\s*)"
    r"(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,}\]#][^,}#]*)",
    re.IGNORECASE,
)
KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/=_:-]{48,}")


def numbered(content: Content, path: str, lines: Iterable[int]) -> tuple[str, ...]:
    """Return lines of a file as "FILE:LINE: text", each once, in order."""
    try:
        data = content.file(path)
    except Unusable:
        return ()
    texts = (data or b"").split(b"\n")
    return tuple(
        f"{path}:{line}: {covered(texts[line - 1])}"
        for line in sorted(set(lines))
        if 0 < line <= len(texts)
    )


def covered(line: bytes) -> str:
    """Return one line as it may be shown."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    text = NAMED_SECRET.sub(lambda found: found[1] + COVER, text)
    text = KEY_MATERIAL.sub(COVER, text)
    text = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}{COVER}"


def unified(path: str, before: bytes, after: bytes) -> str:
    """Return the change of one file as a unified diff of lines as they may be shown."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", n=3)
    return "".join(line if line.endswith("\n") else f"{line}\n{UNENDED}\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    """Return lines as they may be shown, each with the newline that ends it in the file."""
    *ended, last = data.split(b"\n")
    lines = [f"{covered(line)}\n" for line in ended]
    return [*lines, covered(last)] if last else lines
