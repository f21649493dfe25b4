"""JSON read strictly: no NaN, no name twice in one object, numbers by their value, bounded depth.

Flow: address -> fetch -> *parse* -> canonical -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

What is wrong inside one record and leaves the rest readable (NaN, a name that stands twice) is a
flaw, kept in `flaws` until it is taken; what ends the reading is a Fault with its place.
"""

from __future__ import annotations

import json
from itertools import accumulate

from diffs.formats.records.numbers import (
    LONG_DIGITS,
    NumberOutOfRange,
    float_of,
    integer_of,
)

MOST_NESTING = 100
SHOWN_CHARACTERS = 60


class Fault(ValueError):
    """What is no JSON here; `position` counts characters of the text from 0."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


class Decoder:
    """Reads values out of one text."""

    def __init__(self, text: str) -> None:
        self.flaws: list[str] = []
        self._text = text
        self._raw_decode = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=float_of,
            parse_int=integer_of if LONG_DIGITS.search(text) else None,
            parse_constant=self._constant,
        ).raw_decode

    def value(self, position: int) -> tuple[object, int]:
        """Return the value that begins at a place, and where it ends.

        Errors
            Fault   no value stands there, or one that cannot be read
        """
        try:
            value, end = self._raw_decode(self._text, position)
        except json.JSONDecodeError as error:
            raise Fault(error.pos, _words(error.msg)) from None
        except RecursionError:
            raise Fault(position, _TOO_DEEP) from None
        except NumberOutOfRange:
            raise Fault(position, "a number whose exponent is out of any range") from None
        if _is_too_deep(self._text[position:end]):
            raise Fault(position, _TOO_DEEP)
        return value, end

    def take_flaw(self) -> str:
        """Return the first flaw since the last call; "" where there was none."""
        first = self.flaws[0] if self.flaws else ""
        self.flaws.clear()
        return first

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            names = [name for name, _ in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
            self.flaws.append(f"the name {shown(names[0])} stands twice in one object")
        return found

    def _constant(self, word: str) -> None:
        self.flaws.append(f"{word} is no number of JSON")


_TOO_DEEP = f"nested deeper than {MOST_NESTING}"
_STEPS = {"{": 1, "[": 1, "}": -1, "]": -1}


def shown(text: str) -> str:
    """Return a text in quotes for a sentence, cut where it is long."""
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return json.dumps(cut, ensure_ascii=not cut.isprintable())


def _is_too_deep(raw: str) -> bool:
    """Say whether a good value is nested too deep; brackets inside texts are none."""
    if raw.count("{") + raw.count("[") <= MOST_NESTING:
        return False
    return max(accumulate(_brackets(raw)), default=0) > MOST_NESTING


def _brackets(raw: str) -> list[int]:
    """Return +1 and -1 for the brackets of a good value, in order."""
    outside = raw.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    return [_STEPS[sign] for part in outside for sign in part if sign in _STEPS]


def _words(message: str) -> str:
    """Return Python's words for a fault as part of a sentence."""
    return f"no JSON: {message[:1].lower()}{message[1:].removesuffix(' at')}"
