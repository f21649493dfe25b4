"""Search with an expression in time linear in the text, whatever the expression.

Pure: nothing here imports Django, reads a clock or opens a socket.

All ways of matching are followed at once, so there is nothing to back up from. Program and text are
bounded: a hostile table costs a bounded time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from diffs.formats.eskip.matching.patterns import (
    Chars,
    Choice,
    Edge,
    Node,
    NotRead,
    Repeat,
    Sequence,
    parse_pattern,
)

LONGEST_TEXT = 250
MOST_STEPS = 200
_FOUND = -1
"""The state behind the last step."""

_Step = tuple[Chars | Edge | None, tuple[int, ...]]
"""What must be there (None: nothing), and the states that come after."""


class Automaton:
    """One expression, ready to search with."""

    def __init__(self, node: Node) -> None:
        self.steps: list[_Step] = []
        self.start = self._add(node, _FOUND)

    def finds(self, text: str) -> bool:
        """Tell whether any part of the text is matched, as Go's MatchString does."""
        states: set[int] = set()
        for at in range(len(text) + 1):
            states = self._closed((*states, self.start), at, len(text))
            if _FOUND in states:
                return True
            if at < len(text):
                states = self._moved(states, 1 << ord(text[at]))
        return False

    def _moved(self, states: Iterable[int], sign: int) -> set[int]:
        """Return the states behind one character."""
        moved: set[int] = set()
        for state in states:
            wanted, after = self.steps[state]
            if isinstance(wanted, Chars) and wanted.mask & sign:
                moved.update(after)
        return moved

    def _closed(self, states: Iterable[int], at: int, length: int) -> set[int]:
        """Return the states reached without taking a character."""
        closed: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in closed:
                continue
            closed.add(state)
            if state == _FOUND:
                continue
            wanted, after = self.steps[state]
            is_edge = isinstance(wanted, Edge) and at == (0 if wanted.is_start else length)
            if wanted is None or is_edge:
                waiting.extend(after)
        return closed

    def _step(self, wanted: Chars | Edge | None, *after: int) -> int:
        if len(self.steps) >= MOST_STEPS:
            raise NotRead("it is too large")
        self.steps.append((wanted, after))
        return len(self.steps) - 1

    def _add(self, node: Node, after: int) -> int:
        """Add the steps of a node that goes on to `after`; return where they begin."""
        if isinstance(node, Chars | Edge):
            return self._step(node, after)
        if isinstance(node, Choice):
            return self._step(None, *(self._add(branch, after) for branch in node.branches))
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                after = self._add(part, after)
            return after
        return self._add_repeat(node, after)

    def _add_repeat(self, node: Repeat, after: int) -> int:
        end = after
        if node.most is None:
            after = self._step(None, after)
            self.steps[after] = (None, (self._add(node.node, after), end))
        else:
            for _ in range(node.most - node.least):
                after = self._step(None, self._add(node.node, after), end)
        for _ in range(node.least):
            after = self._add(node.node, after)
        return after


@lru_cache(maxsize=512)
def automaton_of(pattern: bytes) -> Automaton | NotRead:
    """Return the automaton of an expression, or why it is not read."""
    try:
        return Automaton(parse_pattern(pattern))
    except NotRead as error:
        return error


def search_steps(pattern: object) -> int:
    """Return at most how many steps a search takes for each character of a text."""
    if not isinstance(pattern, bytes):
        return 0
    return MOST_STEPS if b"{" in pattern else min(2 * len(pattern), MOST_STEPS)


@lru_cache(maxsize=8_192)
def finds(pattern: bytes, text: str) -> bool | None:
    """Tell whether Go's MatchString would find the expression in the text; None where unknown."""
    automaton = automaton_of(pattern)
    if isinstance(automaton, NotRead) or len(text) > LONGEST_TEXT or not text.isascii():
        return None
    return automaton.finds(text)
