"""Paths as Skipper's tree of paths sees them.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: routing/matcher.go (normalizePath, addSubtreeLeafsToPath) and pathmux/tree.go of Skipper;
path.go of github.com/dimfeld/httppath (Clean).

A path is cut at its slashes; a slash at the end leaves an empty last segment, so /foo and /foo/ are
two places, as by default they are for Skipper (it can be told to ignore the slash at the end).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")


class Wild(Enum):
    """What stands in a path for any segment, and for any rest of at least one character."""

    SEGMENT = ":"
    REST = "*"


Segment = str | Wild
Place = tuple[Segment, ...]


def clean(path: str) -> str:
    """Return a path with one slash at its start, and no empty, "." or ".." segment inside."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    closed = "/" if kept and segments[-1] in ("", ".") else ""
    return "/" + "/".join(kept) + closed


def segments_of(path: str) -> tuple[str, ...]:
    """Cut a clean path, whose first slash stands in front of the first segment."""
    return tuple(path[1:].split("/"))


@lru_cache(maxsize=8_192)
def places_of(path: str, *, is_subtree: bool) -> tuple[Place, ...]:
    """Return the places of the tree at which Path or PathSubtree puts a route.

    Shapes
        return  one place of a Path, the path itself and all below it of a PathSubtree; none where
                Skipper does not load such a path: a free wildcard that is not last, or a wildcard
                that begins inside of a segment
    """
    place = [_wild(segment) for segment in segments_of(clean(path))]
    inner = place[:-1] if place[-1] is Wild.REST else place
    if any(segment is Wild.REST or _has_wildcard(segment) for segment in inner):
        return ()
    if not is_subtree:
        return (tuple(place),)
    if place[-1] in (Wild.REST, ""):
        place.pop()
    if not place:
        return ("",), (Wild.REST,)
    return tuple(place), (*place, Wild.REST), (*place, "")


def fits(place: Place, path: str) -> bool:
    """Tell whether a clean path leads to a place."""
    tree: PathTree[bool] = PathTree()
    tree.at(place, lambda: True)
    return any(tree.along(path))


def _wild(segment: str) -> Segment:
    """A wildcard without a name counts as well, though Skipper's documentation warns of it."""
    return {":": Wild.SEGMENT, "*": Wild.REST}.get(segment[:1], segment)


def _has_wildcard(segment: Segment) -> bool:
    return isinstance(segment, str) and (":" in segment or "*" in segment)


class PathTree(Generic[T]):
    """Places, and what was put there; found in the order in which Skipper tries them."""

    def __init__(self) -> None:
        self.leaf: T | None = None
        self.children: dict[Segment, PathTree[T]] = {}

    def at(self, place: Place, new: Callable[[], T]) -> T:
        """Return what is at a place, which is new() where nothing was put there so far."""
        node = self
        for segment in place:
            node = node.children.setdefault(segment, PathTree())
        if node.leaf is None:
            node.leaf = new()
        return node.leaf

    def along(self, path: str) -> Iterator[T]:
        """Yield what is at the places that match a clean path.

        At every segment the fixed one is tried before the wildcard, and that before the free
        wildcard; where all that is below matches nothing, Skipper comes back and tries the next.
        """
        waiting: list[tuple[PathTree[T], tuple[str, ...]]] = [(self, segments_of(path))]
        while waiting:
            node, rest = waiting.pop()
            if not rest:
                if node.leaf is not None:
                    yield node.leaf
                continue
            free = node.children.get(Wild.REST)
            if free and any(rest):
                waiting.append((free, ()))
            if rest[0] and (wildcard := node.children.get(Wild.SEGMENT)):
                waiting.append((wildcard, rest[1:]))
            if fixed := node.children.get(rest[0]):
                waiting.append((fixed, rest[1:]))
