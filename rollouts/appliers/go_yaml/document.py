"""Where the value of a key stands for one cluster, and what it says.

bytes -> actions -> blocks -> rendering -> *YAML events* -> place
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import Event, ScalarEvent

from rollouts.appliers.go_yaml.actions import cut
from rollouts.appliers.go_yaml.blocks import Blocks
from rollouts.appliers.go_yaml.mappings import CLOSING, OPENING, Value, follow
from rollouts.appliers.go_yaml.rendering import Rendering, answers, conditions_in, render
from rollouts.appliers.go_yaml.unclear import Unclear

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Line breaks to YAML 1.1 and not to 1.2: two readers would see two files.
DISPUTED = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]")

MOST_CONDITIONS, MOST_LINES, DEEPEST, MOST_EVENTS = 1000, 20, 100, 200_000
MOST_READ = 10_000_000  # characters of all variants of one file together
DEPENDS = "depends on a template condition that cannot be worked out"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value of one line.

    Shapes
        start, end      bytes of the file, quotes included
        word            what it says
        style           "'", '"', or "" without quotes
        line            first line 1
    """

    start: int
    end: int
    word: str
    style: str
    line: int


@dataclass(frozen=True, slots=True)
class Missing:
    """The key is not there.

    Shapes
        line            the nearest line that leads to it, 1 where there is none
        depth           how many of its steps are there
    """

    line: int
    depth: int


class Document:
    """A file; what was worked out once for some answers is kept for all clusters that share them.

    Errors
        Unclear     the template is not well formed
    """

    def __init__(self, data: bytes) -> None:
        self._skipped = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
        self._text = data[self._skipped :].decode("latin-1")
        if disputed := DISPUTED.search(data):
            raise Unclear(
                "a line break that not every reader of YAML takes for one",
                data.count(b"\n", 0, disputed.start()) + 1,
            )
        self._pieces = cut(self._text)
        self._nodes = Blocks(self._text, self._pieces).read()
        self._conditions = tuple(dict.fromkeys(conditions_in(self._nodes)))
        if len(self._conditions) > MOST_CONDITIONS:
            raise Unclear(f"more than {MOST_CONDITIONS} template conditions", 1)
        self._read = 0
        self._outcomes: dict[tuple[object, ...], Scalar | Missing | Unclear] = {}

    def find(self, key: str, fields: Mapping[str, str]) -> Scalar | Missing:
        """Return the value of a key (joined by dots) as a cluster of these fields gets it.

        Errors
            Unclear     it cannot be told beyond doubt, or is no text of one line
        """
        known = answers(self._conditions, fields)
        kept_under = (key, *known.values())
        if kept_under not in self._outcomes:
            try:
                self._outcomes[kept_under] = self._find(key.split("."), known)
            except Unclear as unclear:
                self._outcomes[kept_under] = unclear
        outcome = self._outcomes[kept_under]
        if isinstance(outcome, Unclear):
            raise Unclear(str(outcome), *outcome.lines)
        return outcome

    def _find(self, path: list[str], known: Mapping[str, bool | None]) -> Scalar | Missing:
        """Return the value; with what may be there and without it, it must be the same."""
        bold = render(self._text, self._nodes, known)
        outcome = self._find_in(bold, path)
        if all(stretch.is_certain for stretch in bold.stretches):
            return outcome
        if self._find_in(render(self._text, self._nodes, known, is_bold=False), path) != outcome:
            raise Unclear(DEPENDS, outcome.line)
        return outcome

    def _find_in(self, rendering: Rendering, path: list[str]) -> Scalar | Missing:
        trail = follow(self._events(rendering), path)
        lines = [self._line(rendering, key.start_mark.index) for key in trail.keys[:MOST_LINES]]
        if trail.doubts:
            doubt, event = trail.doubts[0]
            raise Unclear(doubt, *lines, self._line(rendering, event.start_mark.index))
        if not all(
            rendering.is_certain(event.start_mark.index, event.end_mark.index)
            for event in (*trail.keys, *(value.event for value in trail.values))
        ):
            raise Unclear(DEPENDS, *lines)
        if len(trail.values) > 1:
            raise Unclear("stands there more than once", *lines)
        if trail.values:
            return self._scalar(rendering, trail.values[0])
        if rendering.printed:
            printed = [self._text.count("\n", 0, start) + 1 for start in rendering.printed[:3]]
            raise Unclear("may be in what a template action prints", *printed)
        return Missing(lines[-1] if lines else 1, min(len(lines), len(path) - 1))

    def _events(self, rendering: Rendering) -> list[Event]:
        """Return the events of the outcome, of what is not too deep and not too much."""
        events: list[Event] = []
        depth = 0
        self._read += len(rendering.text)
        if self._read > MOST_READ:
            raise Unclear("is in a file of too many variants", 1)
        try:
            for event in YAML(typ="safe", pure=True).parse(rendering.text):
                events.append(event)
                depth += isinstance(event, OPENING)
                depth -= isinstance(event, CLOSING)
                if depth > DEEPEST or len(events) > MOST_EVENTS:
                    raise Unclear(
                        "is in a file nested or filled beyond measure",
                        self._line(rendering, event.start_mark.index),
                    )
        except (YAMLError, RecursionError, ValueError) as error:
            mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
            line = self._line(rendering, mark.index) if mark else 1
            raise Unclear("is in a file that cannot be read as YAML", line) from None
        return events

    def _scalar(self, rendering: Rendering, value: Value) -> Scalar:
        """Return the one value; Unclear where it is not one text on one line of its own."""
        event = value.event
        line = self._line(rendering, value.key.start_mark.index)
        if value.fault:
            raise Unclear(value.fault, line)
        if not isinstance(event, ScalarEvent):
            raise Unclear("has no single value", line)
        span = rendering.source(event.start_mark.index, event.end_mark.index)
        if span is None:
            raise Unclear("has a value that a template action takes part in", line)
        start, end = span
        if start == end:
            raise Unclear("has no value", line)
        line = self._text.count("\n", 0, start) + 1
        if event.style in {"|", ">"} or re.search(r"[\r\n]", self._text[start:end]):
            raise Unclear("has a value of several lines", line)
        if self._has_action(start, end):
            raise Unclear("has a template action on its line", line)
        skipped = self._skipped
        word = _word(self._text[start:end], line)
        return Scalar(start + skipped, end + skipped, word, event.style or "", line)

    def _has_action(self, start: int, end: int) -> bool:
        """Whether an action stands on the line of a value."""
        low = self._text.rfind("\n", 0, start) + 1
        high = self._text.find("\n", end)
        high = len(self._text) if high < 0 else high
        return any(
            piece.action is not None and piece.start < high and low < piece.end
            for piece in self._pieces
        )

    def _line(self, rendering: Rendering, index: int) -> int:
        return self._text.count("\n", 0, rendering.near(index)) + 1


def _word(token: str, line: int) -> str:
    """Return what a scalar says, any encoding but UTF-8 refused."""
    try:
        text = token.encode("latin-1").decode("utf-8")
        events = YAML(typ="safe", pure=True).parse(text)
        return next(str(event.value) for event in events if isinstance(event, ScalarEvent))
    except (UnicodeDecodeError, YAMLError, StopIteration):
        raise Unclear("has a value that cannot be read as UTF-8", line) from None
