"""A request that one table answers otherwise than the other, for one finding.

Flow: compare -> report -> *witness* -> page.
Pure: nothing here imports Django, reads a clock or opens a socket.

Requests are made of what the two routes of a finding ask for, and each is put to both whole tables:
a witness is only what both are known to answer, and answer otherwise because of that very route.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from diffs.formats.eskip.lexer import Fault
from diffs.formats.eskip.matching.answer import Answer
from diffs.formats.eskip.matching.candidates import candidates, unread
from diffs.formats.eskip.matching.difference import Weight, difference
from diffs.formats.eskip.matching.leaf import MOST_PREDICATES, Leaf, leaf_of
from diffs.formats.eskip.matching.lookup import Effort, Unknown, look_up
from diffs.formats.eskip.matching.predicates import UNDECIDED, why_undecided
from diffs.formats.eskip.matching.request import Request
from diffs.formats.eskip.matching.table_index import TableIndex
from diffs.formats.eskip.voice import parse_text
from diffs.report import Finding, Kind


@dataclass(frozen=True, slots=True)
class Witness:
    """A request, and what each table answers; `sentence` says all of it."""

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    legacy: Answer
    shadow: Answer
    sentence: str


@dataclass(frozen=True, slots=True)
class NoWitness:
    """Why there is none; `reason` is half a sentence."""

    reason: str

    @property
    def sentence(self) -> str:
        """Return it as a page says it."""
        return f"no witness built: {self.reason}"


def find_witness(finding: Finding, legacy: TableIndex, shadow: TableIndex) -> Witness | NoWitness:
    """Return a request that shows the finding, or honestly why there is none.

    Shapes
        finding         one disagreement of the two tables
        legacy, shadow  the tables in which it was found, or later ones
    """
    if reason := _why_not(finding, legacy, shadow):
        return NoWitness(reason)
    try:
        leaves = [leaf_of(parse_text(text)) for text in (finding.left, finding.right) if text]
    except Fault:
        return NoWitness("its text is not that of one route")
    if any(len(leaf.route.predicates) > MOST_PREDICATES for leaf in leaves):
        return NoWitness(f"the route has more than {MOST_PREDICATES} predicates")
    return _Search(finding.key, leaves, legacy, shadow).run()


class _Search:
    """One search for the witness of one route."""

    def __init__(
        self, key: str, leaves: list[Leaf], legacy: TableIndex, shadow: TableIndex
    ) -> None:
        self.key = key
        self.leaves = leaves
        self.tables = legacy, shadow
        self.effort = Effort()
        self.doubts: list[str] = []
        self.tried = 0

    def run(self) -> Witness | NoWitness:
        """Put request after request to both tables; the same place is only the second best."""
        softer: Witness | None = None
        open_leaves = (leaf for leaf in self.leaves if not leaf.never)
        for request in dict.fromkeys(chain.from_iterable(map(candidates, open_leaves))):
            self.tried += 1
            witness, weight = self._ask(request)
            if witness and weight is Weight.ELSEWHERE:
                return witness
            softer = softer or witness
        return softer or NoWitness(self._reason())

    def _ask(self, request: Request) -> tuple[Witness | None, Weight]:
        """Return what the two tables say where that differs because of this route."""
        left, right = (look_up(index, request, self.effort) for index in self.tables)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            self.doubts += [told.why for told in (left, right) if isinstance(told, Unknown)]
            return None, Weight.OPEN
        found = difference(left, right)
        if found.weight is Weight.OPEN:
            self.doubts.append(found.words)
        if found.weight <= Weight.OPEN or self.key not in (left.route_id, right.route_id):
            return None, Weight.NOT
        asked = request.method, request.host, request.path, request.headers
        return Witness(*asked, left, right, f"{request} → {found.words}"), found.weight

    def _reason(self) -> str:
        """Say what stood in the way, the route's own predicates before those of others."""
        calls = [call for leaf in self.leaves for call in leaf.route.predicates]
        own = (call for call in calls if call.name in UNDECIDED)
        unable = chain(own, chain.from_iterable(map(unread, self.leaves)))
        never = [leaf.never for leaf in self.leaves if leaf.never]
        if call := next(unable, None):
            return f"the route has {why_undecided(call)}"
        if len(never) == len(self.leaves):
            return f"no request can reach the route: {never[0]}"
        if self.doubts or not self.tried:
            return self.doubts[0] if self.doubts else "no request fits the route"
        requests = f"{self.tried} requests were" if self.tried > 1 else "1 request was"
        return f"{requests} tried, and both tables answer alike"


def _why_not(finding: Finding, legacy: TableIndex, shadow: TableIndex) -> str:
    """Say why no request is worth trying, or ""."""
    if finding.kind is Kind.REFUSED:
        return "Skipper would refuse the route, and the whole table with it"
    if finding.kind is Kind.DUPLICATE_ID:
        return "the route is defined more than once, and which definition counts is not settled"
    for side, index in (("legacy", legacy), ("shadow", shadow)):
        if index.refusals:
            return (
                f"the {side} table holds routes that Skipper would refuse, and the table with them"
            )
    return ""
