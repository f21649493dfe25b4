"""A table, arranged so that the few routes a request could match are found without reading all.

Pure: nothing here imports Django, reads a clock or opens a socket.

Of every route only Path, PathSubtree and a plainly written Host are looked at, as bytes; a route is
parsed when a request asks for its place and its host. Routes by the thousand stand at the same
place, mostly /, and differ in their Host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from diffs.formats.eskip.acceptance import accept
from diffs.formats.eskip.lexer import SYMBOL, Meter
from diffs.formats.eskip.matching.leaf import Leaf, leaf_of
from diffs.formats.eskip.matching.paths import PathTree, Place, places_of
from diffs.formats.eskip.matching.predicates import text_of
from diffs.formats.eskip.parse import parse_call, parse_definition
from diffs.formats.eskip.route import Call, Route
from diffs.table import Table

MOST_LEAVES_KEPT = 2_000

_ARGUMENT = (
    rb'(?:"(?:[^"\\]|\\.)*+"|`[^`\\]*+`|-?[0-9.]++|/(?!/)(?:[^/\\\[]|\\.|\[(?:[^\]\\]|\\.)*+\])++/)'
)
_CALL = SYMBOL + rb"\((?:" + _ARGUMENT + rb"(?:, ?" + _ARGUMENT + rb")*+)?+\)"
_HEAD = re.compile(
    SYMBOL + rb": ((?:\*|" + _CALL + rb")(?: && (?:\*|" + _CALL + rb"))*+) -> ", re.DOTALL
)
_CALLS = re.compile(_CALL, re.DOTALL)
_TREE = ("Path", "PathSubtree")
_WANTED = (b"Path(", b"PathSubtree(", b"Host(")
_PLAIN_HOSTS = re.compile(rb"\^(?:([^()|$^]+)(\(:\[0-9\]\+\)\?)?|\((.+)\))\$")
_ENDING = re.compile(rb"(?:\[\.\]\?)?(?:\(:\[0-9\]\+\)\?)?\Z")
_LITERAL = re.compile(rb"(?:[A-Za-z0-9_-]|\[\.\]|\\\.)++")
_SPECIAL = re.compile(rb'["\\/]')
_PORT = re.compile(r":[0-9]*\Z")


class Group:
    """The routes of one place: by plain host, and those that have none."""

    __slots__ = ("by_host", "others")

    def __init__(self) -> None:
        self.by_host: dict[str, list[int]] = {}
        self.others: list[int] = []

    def add(self, number: int, hosts: tuple[str, ...]) -> None:
        """Put a route where a request for one of its hosts, or for any, finds it."""
        if not hosts:
            self.others.append(number)
        for host in hosts:
            self.by_host.setdefault(host, []).append(number)

    def for_host(self, host: str) -> Iterator[int]:
        """Yield the routes that a request for this host could match."""
        yield from self.by_host.get(_PORT.sub("", host).removesuffix("."), ())
        yield from self.others


class TableIndex:
    """The routes of a table by place and host.

    Shapes
        tree        the routes with a Path or PathSubtree
        roots       those without, asked when nothing in the tree matches
        duplicates  ids of which nobody can tell which definition counts
        refusals    how many definitions could not be read at all
    """

    def __init__(self, table: Table) -> None:
        self._data = table.data
        self._starts, self._stops = table.spans
        self._leaves: dict[int, Leaf] = {}
        self.duplicates = frozenset(table.duplicates)
        self.refusals = len(table.refusals)
        self.tree: PathTree[Group] = PathTree()
        self.roots = Group()
        groups: dict[Place, Group] = {}
        for number, (start, stop) in enumerate(zip(*table.spans, strict=True)):
            head = _HEAD.match(self._data, start, stop)
            tree, hosts = _calls_in(head[1]) if head else _calls_of(self._route(number))
            if tree is None:
                self.roots.add(number, hosts)
                continue
            for place in _places(tree):
                if (group := groups.get(place)) is None:
                    group = groups[place] = self.tree.at(place, Group)
                group.add(number, hosts)

    def leaf(self, number: int) -> Leaf:
        """Return one route, parsed; the last few are remembered."""
        leaf = self._leaves.get(number)
        if leaf is None:
            if len(self._leaves) >= MOST_LEAVES_KEPT:
                self._leaves.clear()
            leaf = self._leaves[number] = leaf_of(self._route(number))
        return leaf

    def _route(self, number: int) -> Route:
        raw = self._data[self._starts[number] : self._stops[number]]
        return accept(parse_definition(raw, 0, len(raw), meter=Meter(), is_first=True))


def _calls_of(route: Route) -> tuple[Call | None, tuple[str, ...]]:
    """Return the predicate of the tree, and the plain hosts of the first Host that has any.

    A route that has more than one of the tree is put at the place of one: it is never loaded.
    """
    return _chosen(route.predicates)


def _calls_in(head: bytes) -> tuple[Call | None, tuple[str, ...]]:
    """Return the same from the written predicates."""
    return _chosen(_call(piece) for piece in _CALLS.findall(head) if piece.startswith(_WANTED))


def _chosen(calls: Iterable[Call]) -> tuple[Call | None, tuple[str, ...]]:
    tree: Call | None = None
    hosts: tuple[str, ...] = ()
    for call in calls:
        if call.name in _TREE and call.args != (b"",):
            tree = call
        elif call.name == "Host" and not hosts:
            hosts = plain_hosts(call.args[0])
    return tree, hosts


@lru_cache(maxsize=4_096)
def _call(piece: bytes) -> Call:
    name, _, rest = piece.partition(b"(")
    text = rest[1:-2]
    if rest[:1] in b'"/' and not _SPECIAL.search(text):
        return Call(name.decode(), (text,))
    return parse_call(piece, Meter())


def _places(tree: Call) -> tuple[Place, ...]:
    if len(tree.args) != 1 or not isinstance(tree.args[0], bytes):
        return ()
    return places_of(text_of(tree.args[0]), is_subtree=tree.name == "PathSubtree")


def plain_hosts(pattern: object) -> tuple[str, ...]:
    """Return the hosts that alone an expression can match, a port and a last dot left aside.

    Shapes
        pattern     as Kubernetes' routes have it: ^(a[.]example[.]org[.]?(:[0-9]+)?)$, also with
                    alternatives
        return      empty where it is not written like that, and may match anything
    """
    if not isinstance(pattern, bytes) or not (whole := _PLAIN_HOSTS.fullmatch(pattern)):
        return ()
    written = whole[3].split(b"|") if whole[3] else [whole[1]]
    names = [_ENDING.sub(b"", one, count=1) for one in written]
    if not all(_LITERAL.fullmatch(name) for name in names):
        return ()
    return tuple(name.replace(b"[.]", b".").replace(b"\\.", b".").decode() for name in names)
