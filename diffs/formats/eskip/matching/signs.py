"""Sets of ASCII characters: bit n of a mask stands for the code n.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: the classes of https://github.com/google/re2/wiki/Syntax.
"""

from __future__ import annotations

ALL = (1 << 128) - 1
NEWLINE = 1 << 10


def mask_of(signs: str) -> int:
    """Return the set of these ASCII characters."""
    mask = 0
    for sign in signs:
        mask |= 1 << ord(sign)
    return mask


_LOWER, _UPPER = mask_of("abcdefghijklmnopqrstuvwxyz"), mask_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = mask_of("0123456789")
_WORD = _LOWER | _UPPER | _DIGITS | mask_of("_")
_SPACE = mask_of("\t\n\f\r ")
CLASSES = {
    "d": _DIGITS,
    "D": ALL & ~_DIGITS,
    "w": _WORD,
    "W": ALL & ~_WORD,
    "s": _SPACE,
    "S": ALL & ~_SPACE,
}
CONTROLS = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_CASE = ord("a") - ord("A")


def with_both_cases(mask: int) -> int:
    """Return the set with every letter in upper and in lower case."""
    return mask | ((mask & _UPPER) << _CASE) | ((mask & _LOWER) >> _CASE)
