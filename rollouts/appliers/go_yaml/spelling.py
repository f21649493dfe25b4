"""A word as YAML, in the style that stands there."""

from __future__ import annotations

import re
import unicodedata

# What every YAML reads as a text without quotes, in block and flow alike.
PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?")
# Words of YAML 1.1 (https://yaml.org/type/bool.html) and of its readers, in any case of letters.
TAKEN = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"}
)
UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Unwritable(Exception):
    """A word that cannot stand in one line of a templated file."""


SWITCHES = ({"true", "false"}, {"yes", "no"}, {"on", "off"}, {"y", "n"})
"""Words that a reader may take for a yes or a no; one is answered by the other of its pair."""


def spelled(word: str, *, style: str, before: str = "") -> bytes:
    """Return a word as it is written: style "'", '"', or "" for one without quotes.

    A word that some YAML would read as another type than text gets double quotes where there were
    none, except where its counterpart stood there without: who reads `true` would take a quoted
    "false" for a text, and most take any text for true.

    Shapes
        before      the word that it takes the place of

    Errors
        Unwritable      control or invisible characters, or a template's delimiter
    """
    if any(unicodedata.category(character) in UNWANTED for character in word):
        raise Unwritable("it holds a character that cannot be seen")
    if "{{" in word or "}}" in word:
        raise Unwritable("a template would take it for an action")
    if style == "'":
        return f"'{word.replace(chr(39), chr(39) * 2)}'".encode()
    is_switch = any({word.lower(), before.lower()} <= pair for pair in SWITCHES)
    if not style and PLAIN.fullmatch(word) and (is_switch or word.lower() not in TAKEN):
        return word.encode()
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()
