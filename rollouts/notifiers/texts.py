"""Make what strangers wrote harmless, and read what is secret."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from rollouts.notifiers.notice import NotSent

FILE = "file:"
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def one_line(text: str, *, most: int) -> str:
    """Return a text on one line without control, direction and other invisible characters.

    Units: most counts characters; what is longer ends in "…".
    """
    line = " ".join(_visible(part) for part in text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def some_lines(text: str, *, most: int) -> str:
    """Return a text whose lines are kept, and which is otherwise as `one_line` makes it."""
    lines = [_visible(line.replace("\t", " ")).rstrip() for line in text.splitlines()]
    kept = "\n".join(lines).strip()
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def _visible(text: str) -> str:
    """Return a text with a mark for each character that has no shape of its own."""
    return "".join(
        UNKNOWN if unicodedata.category(letter).startswith("C") else letter for letter in text
    )


def secret_of(setting: str, *, name: str) -> str:
    """Return the value of a secret setting, read from its file where it names one.

    Errors
        NotSent     the file cannot be read; the text has the setting's name
    """
    if not setting.startswith(FILE):
        return setting
    try:
        return Path(setting.removeprefix(FILE)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        raise NotSent(
            f"The file of {name} cannot be read. Look at its path and its permissions.",
            rest_seconds=60.0,
        ) from None
