"""A path of keys followed through the events of a YAML document.

bytes -> actions -> blocks -> rendering -> *YAML events* -> place

ruamel.yaml gives the events; nothing is constructed, so nothing is resolved or merged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from rollouts.appliers.go_yaml.rendering import UNKNOWN

MERGE = "<<"
OPENING = (MappingStartEvent, SequenceStartEvent)
CLOSING = (MappingEndEvent, SequenceEndEvent)


@dataclass(frozen=True, slots=True)
class Value:
    """A value at the path: its key, the event it begins with, and why it may not be changed."""

    key: ScalarEvent
    event: NodeEvent
    fault: str


@dataclass(slots=True)
class Trail:
    """What was met on a path.

    Shapes
        values      what stands at its end
        keys        the keys that lead along it, in order
        doubts      what may hold or hide the path, each with the event it is about
    """

    values: list[Value] = field(default_factory=list)
    keys: list[ScalarEvent] = field(default_factory=list)
    doubts: list[tuple[str, Event]] = field(default_factory=list)


def follow(events: Sequence[Event], path: Sequence[str]) -> Trail:
    """Return what is met on a path of keys; an empty stream has nothing."""
    trail = Trail()
    documents = [event for event in events if isinstance(event, DocumentStartEvent)]
    if len(documents) > 1:
        trail.doubts.append(("is in a file of several documents", documents[1]))
    elif documents:
        _Follower(events, trail).follow(path, fault="")
    return trail


class _Follower:
    """Reads the nodes of one document."""

    def __init__(self, events: Sequence[Event], trail: Trail) -> None:
        self._events = [event for event in events if isinstance(event, (NodeEvent, *CLOSING))]
        self._at = 0
        self._trail = trail

    def follow(self, path: Sequence[str], *, fault: str) -> None:
        """Read one node that should be a mapping with the first key of the path."""
        node = self._events[self._at]
        if not isinstance(node, MappingStartEvent):
            if isinstance(node, AliasEvent):
                self._trail.doubts.append(("is behind an alias", node))
            elif isinstance(node, ScalarEvent) and UNKNOWN in node.value:
                self._trail.doubts.append(("may be in what a template action prints", node))
            self._skip()
            return
        fault = fault or _fault_of(node)
        self._at += 1
        while not isinstance(self._events[self._at], MappingEndEvent):
            key = self._events[self._at]
            self._skip()
            if isinstance(key, ScalarEvent) and key.value == path[0]:
                self._take(key, path, fault)
            else:
                self._doubt(key, path[0])
                self._skip()
        self._at += 1

    def _take(self, key: ScalarEvent, path: Sequence[str], fault: str) -> None:
        """Read the value of a key that the path leads through."""
        self._trail.keys.append(key)
        event = self._events[self._at]
        if len(path) > 1:
            self.follow(path[1:], fault=fault)
        elif isinstance(event, NodeEvent):
            self._trail.values.append(Value(key, event, fault or _fault_of(event)))
            self._skip()

    def _doubt(self, key: Event, wanted: str) -> None:
        """Note a key that may come to the one that is wanted."""
        if isinstance(key, AliasEvent):
            self._trail.doubts.append(("may be the key that an alias stands for", key))
        elif isinstance(key, ScalarEvent) and key.value == MERGE:
            self._trail.doubts.append(("stands beside a merge key", key))
        elif isinstance(key, ScalarEvent) and _may_be(key.value, wanted):
            self._trail.doubts.append(("may be the key that a template action prints", key))

    def _skip(self) -> None:
        """Pass over one node whole."""
        depth = 0
        while True:
            event = self._events[self._at]
            self._at += 1
            depth += isinstance(event, OPENING)
            depth -= isinstance(event, CLOSING)
            if depth == 0:
                return


def _fault_of(event: NodeEvent) -> str:
    """Return why what begins here may not be changed alone."""
    if isinstance(event, AliasEvent):
        return "is an alias"
    if event.anchor:
        return "has an anchor, which aliases repeat"
    return "has an explicit tag" if getattr(event, "ctag", None) else ""


def _may_be(printed: str, wanted: str) -> bool:
    """Whether a key that an action takes part in may come to the one that is wanted."""
    if UNKNOWN not in printed:
        return False
    return re.fullmatch(".*".join(map(re.escape, printed.split(UNKNOWN))), wanted) is not None
