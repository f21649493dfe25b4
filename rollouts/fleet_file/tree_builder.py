"""Events of a YAML parser to a tree.

Nesting, aliases and repeated keys are bounded and seen here, before anything is made of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from rollouts.fleet_file.problems import Problem, Problems, shown
from rollouts.fleet_file.yaml_tree import Listing, Node, NotATree, Scalar, Table

MOST_NODES = 200_000  # aliases counted as often as they are used
MOST_NESTING = 20
MOST_KEY_CHARACTERS = 200


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    is_table: bool
    line: int
    anchor: str | None
    first_node: int
    nodes: list[Node] = field(default_factory=list)


class TreeBuilder:
    """Takes events in turn and leaves the tree in `root`."""

    def __init__(self, problems: Problems) -> None:
        self.root: Node | None = None
        self._problems = problems
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._documents = 0
        self._nodes = 0

    def take(self, event: Event) -> None:
        """Add what one event tells."""
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                self._start_document(line)
            case AliasEvent():
                self._add_alias(event, line)
            case ScalarEvent() | CollectionStartEvent():
                self._add_node(event, line)
            case SequenceEndEvent() | MappingEndEvent():
                self._close()
            case _:
                pass

    def _start_document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise NotATree(line, "a second document starts here", "Keep one, without --- lines.")

    def _add_node(self, event: ScalarEvent | CollectionStartEvent, line: int) -> None:
        if event.ctag is not None:
            raise NotATree(
                line, f"the tag {shown(str(event.ctag))} stands here", "Write plain values."
            )
        self._count(1, line)
        if isinstance(event, ScalarEvent):
            node = Scalar(event.value, is_plain=not event.style, line=line)
            self._finish(node, event.anchor, size=1)
            return
        if len(self._open) == MOST_NESTING:
            raise NotATree(line, f"nested deeper than {MOST_NESTING}", "Nest less.")
        is_table = isinstance(event, MappingStartEvent)
        self._open.append(_Open(is_table, line, event.anchor, self._nodes))

    def _add_alias(self, event: AliasEvent, line: int) -> None:
        if event.anchor not in self._anchors:
            raise NotATree(
                line,
                f"*{event.anchor} names nothing that is complete before it",
                "Write the value out.",
            )
        node, size = self._anchors[event.anchor]
        self._count(size, line)
        self._finish(node, None, size=size)

    def _close(self) -> None:
        done = self._open.pop()
        node: Node
        if done.is_table:
            node = Table(self._pairs(done.nodes), done.line)
        else:
            node = Listing(tuple(done.nodes), done.line)
        self._finish(node, done.anchor, size=self._nodes - done.first_node + 1)

    def _finish(self, node: Node, anchor: str | None, *, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self.root = node

    def _count(self, size: int, line: int) -> None:
        self._nodes += size
        if self._nodes > MOST_NODES:
            raise NotATree(
                line, f"more than {MOST_NODES:,} values, aliases counted", "Split the fleet."
            )

    def _pairs(self, nodes: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        """Return key and value pairs, noting keys that are not one text or come twice."""
        seen: dict[str, Scalar] = {}
        pairs = []
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar) or key.is_null or len(key.text) > MOST_KEY_CHARACTERS:
                self._note(
                    key.line,
                    f"a key here is not a text of 1 to {MOST_KEY_CHARACTERS} characters",
                    'Write KEY: VALUE; put quotes around the value if it starts with "{".',
                )
            elif key.text in seen:
                self._note(
                    key.line,
                    f"the key {shown(key.text)} stands twice, first in line {seen[key.text].line}",
                    "Keep one of the two.",
                )
            else:
                seen[key.text] = key
                pairs.append((key, value))
        return tuple(pairs)

    def _note(self, line: int, message: str, mend: str) -> None:
        self._problems.add(Problem(line, "", message, mend))
