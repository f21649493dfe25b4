"""A template run for one cluster, every character of the outcome knowing where it stood.

bytes -> actions -> blocks -> *rendering* -> YAML events -> place
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rollouts.appliers.go_yaml.blocks import Block, Branch, Node, Printed, Text
from rollouts.appliers.go_yaml.conditions import judge

Answers = Mapping[str, bool | None]

FOREIGN = "\u00e9"
"""Stands for a byte that is no printable ASCII: to YAML a letter like any other."""
UNKNOWN = "\u00e8"
"""Stands for what an action prints."""

PLAIN = {code: FOREIGN for code in range(256) if chr(code) not in string.printable}
PLAIN |= dict.fromkeys((0x0B, 0x0C), FOREIGN)  # printable to Python, not to YAML
PRINTED_ALONE = re.compile(rf"(?m)^[ \t]*{UNKNOWN}[ \t{UNKNOWN}]*(?=\r?$|[ \t]#)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of the file in the outcome; `is_certain` when it is there whatever is not known."""

    at: int
    start: int
    end: int
    is_certain: bool


@dataclass(slots=True)
class Rendering:
    """The outcome: text that YAML can be read from, and where its characters stood."""

    text: str = ""
    stretches: list[Stretch] = field(default_factory=list)
    printed: list[int] = field(default_factory=list)
    """Where actions stand that print lines of their own, which may hold any key."""

    def source(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a part of the outcome stands in the file; None when it is in pieces."""
        at = bisect_right(self.stretches, start, key=lambda stretch: stretch.at) - 1
        if at < 0:
            return None
        stretch = self.stretches[at]
        moved = stretch.start - stretch.at
        return (start + moved, end + moved) if end + moved <= stretch.end else None

    def near(self, start: int) -> int:
        """Return the position in the file of the last character up to one of the outcome."""
        at = max(0, bisect_right(self.stretches, start, key=lambda stretch: stretch.at) - 1)
        if not self.stretches:
            return 0
        stretch = self.stretches[at]
        return min(start - stretch.at + stretch.start, stretch.end)

    def is_certain(self, start: int, end: int) -> bool:
        """Whether all of a part is there whatever is not known."""
        at = max(0, bisect_right(self.stretches, start, key=lambda stretch: stretch.at) - 1)
        while at < len(self.stretches) and self.stretches[at].at < max(end, start + 1):
            if not self.stretches[at].is_certain:
                return False
            at += 1
        return True


def conditions_in(nodes: Sequence[Node]) -> Iterator[str]:
    """Yield every condition of every `if`."""
    for node in nodes:
        if isinstance(node, Block):
            for branch in node.branches:
                if node.is_if and branch.condition is not None:
                    yield branch.condition
                yield from conditions_in(branch.nodes)


def answers(conditions: Sequence[str], fields: Mapping[str, str]) -> dict[str, bool | None]:
    """Return what each condition comes to for a cluster; None where it is not known."""
    return {condition: judge(condition, fields) for condition in conditions}


def render(
    text: str, nodes: Sequence[Node], answers: Answers, *, is_bold: bool = True
) -> Rendering:
    """Return the outcome for one cluster.

    What is there or not under a condition that is not known: with `is_bold` all its branches are
    in the outcome, as not certain; else none is.
    """
    rendering = Rendering()
    parts: list[str] = []
    printed: dict[int, int] = {}
    at = 0
    for node, is_certain in _chosen(nodes, answers):
        if not is_certain and not is_bold:
            continue
        if isinstance(node, Printed):
            parts.append(UNKNOWN)
            printed[at] = node.start
            at += 1
            continue
        parts.append(text[node.start : node.end].translate(PLAIN))
        rendering.stretches.append(Stretch(at, node.start, node.end, is_certain))
        at += node.end - node.start
    outcome = "".join(parts)
    rendering.printed = [
        printed[place]
        for found in PRINTED_ALONE.finditer(outcome)
        for place in range(*found.span())
        if place in printed
    ]
    # An empty line is nothing to any YAML, and keeps every place where it is.
    rendering.text = PRINTED_ALONE.sub(lambda found: found[0].replace(UNKNOWN, "\n"), outcome)
    return rendering


def _chosen(nodes: Sequence[Node], answers: Answers) -> Iterator[tuple[Text | Printed, bool]]:
    """Yield what is printed, in order, each with whether that is certain."""
    for node in nodes:
        if not isinstance(node, Block):
            yield node, True
            continue
        branches, is_certain = _branches(node, answers)
        if not is_certain and not node.is_by_lines:
            yield Printed(node.start), True
            continue
        # Inside a range or with, the dot is another one, and so is every field.
        known = answers if node.is_if else {}
        for branch in branches:
            for chosen, is_inner_certain in _chosen(branch.nodes, known):
                yield chosen, is_certain and is_inner_certain


def _branches(block: Block, answers: Answers) -> tuple[list[Branch], bool]:
    """Return the branches that may hold, and whether it is certain which one does."""
    if not block.is_if:
        return list(block.branches), False
    possible: list[Branch] = []
    for branch in block.branches:
        holds = branch.condition is None or answers.get(branch.condition)
        if holds is False:
            continue
        possible.append(branch)
        if holds:
            return possible, len(possible) == 1
    return possible, not possible
