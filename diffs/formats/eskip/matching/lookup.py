"""Which route of a table answers a request.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: docs/tutorials/basics.md ("Route matching") and routing/matcher.go (match, matchLeaves) of
Skipper. The tree of paths comes first; at one place the heaviest route that matches wins; of
equally heavy ones it is unspecified which. Where nothing in the tree matches, the routes without a
path are asked in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice

from diffs.formats.eskip.matching.answer import NO_ROUTE, Answer
from diffs.formats.eskip.matching.leaf import Leaf
from diffs.formats.eskip.matching.request import Request
from diffs.formats.eskip.matching.table_index import Group, TableIndex

MOST_RIVALS = 500


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell which route answers; `why` is half a sentence: "route a has a Cookie …"."""

    why: str


@dataclass(slots=True)
class Effort:
    """How much may still be spent on searching with patterns: steps, about 0.2 µs each."""

    left: int = 5_000_000

    def spend(self, steps: int) -> bool:
        """Take the steps off; return whether that much was left."""
        self.left -= steps
        return self.left >= 0


def look_up(index: TableIndex, request: Request, effort: Effort | None = None) -> Answer | Unknown:
    """Return what the table answers, taking for granted that Skipper knows its filters.

    A slash at the end of a path counts, as by default it does.
    """
    if index.refusals:
        return Unknown("the table holds routes that Skipper would refuse, and the table with them")
    effort = effort or Effort()
    for group in chain(index.tree.along(request.path), [index.roots]):
        found = _heaviest(index, group, request, effort)
        if found is not None:
            return found
    return NO_ROUTE


def _heaviest(
    index: TableIndex, group: Group, request: Request, effort: Effort
) -> Answer | Unknown | None:
    """Return what the routes of one place answer, None where none of them matches."""
    numbers = list(islice(group.for_host(request.host), MOST_RIVALS + 1))
    if len(numbers) > MOST_RIVALS:
        return Unknown(f"more than {MOST_RIVALS} routes have the same path and no plain Host")
    sure: list[Leaf] = []
    unsure: list[Leaf] = []
    for leaf in map(index.leaf, numbers):
        if not effort.spend(leaf.effort * (len(request.host) + len(request.path))):
            return Unknown("the patterns of the routes with the same path take too long to follow")
        said = False if leaf.never else leaf.match(request)
        if said is None or (said and leaf.route.id in index.duplicates):
            unsure.append(leaf)
        elif said:
            sure.append(leaf)
    if not sure:
        return Unknown(_why(index, unsure[0], request)) if unsure else None
    return _winner(index, sure, unsure, request)


def _winner(
    index: TableIndex, sure: list[Leaf], unsure: list[Leaf], request: Request
) -> Answer | Unknown:
    """Return the answer of the heaviest, where no rival may be as heavy and answer otherwise."""
    best = max(sure, key=lambda leaf: leaf.least)
    for leaf in chain(unsure, sure):
        if leaf is best or leaf.most < best.least:
            continue
        if leaf.answer.served == best.answer.served:
            continue
        if leaf in unsure:
            return Unknown(_why(index, leaf, request))
        return Unknown(
            f"routes {best.route.id} and {leaf.route.id} match alike, and Skipper leaves open "
            "which of them answers"
        )
    return best.answer


def _why(index: TableIndex, leaf: Leaf, request: Request) -> str:
    if leaf.route.id in index.duplicates:
        return f"route {leaf.route.id} is defined more than once"
    return f"route {leaf.route.id} has {leaf.why(request)}"
