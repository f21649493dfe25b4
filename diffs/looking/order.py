"""What a look needs to know, and what it brings back: values only.

Flow: address -> *look* (fetch -> parse -> canonical -> compare) -> judge -> store.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from diffs.fetch import AddressPolicy, Credentials, Endpoint, Limits, Payload, Validators
from diffs.formats.format import Format
from diffs.line_index import LineIndex
from diffs.outcomes import Outcome, Side
from diffs.report import Report
from diffs.rules.apply import Ruled
from diffs.rules.rule import Rule
from diffs.rules.rule_set import NO_RULES
from diffs.table import Refusal, Table


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading one body came to; the same for the same body and reader, whoever read it."""

    routes: int
    digest: str
    refusals: tuple[Refusal, ...] = ()
    duplicates: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: Table) -> Facts:
        """Return the facts of a table just read."""
        return cls(table.routes, table.digest, table.refusals, table.duplicates)


@dataclass(frozen=True, slots=True)
class Before:
    """What the last look left about one side; empty where there was none.

    `recent` holds the digests of tables that the side showed lately, `digest` of the last one, and
    `ip` is what answered. `frozen` says why a table that has not moved even now is quiet for too
    long; "" where it is not.
    """

    sha256: str = ""
    validators: Validators | None = None
    table_timestamp: int | None = None
    digest: str = ""
    recent: frozenset[str] = frozenset()
    lines: LineIndex | None = None
    good_routes: int | None = None
    unmoved_looks: int = 0
    fetch_errors: float | None = None
    ip: str = ""
    frozen: str = ""


@dataclass(frozen=True, slots=True)
class SideOrder:
    """How to read one side.

    Units
        turn        which of the pods behind a name is to answer: the n-th of its addresses
        pods        how many are known behind all of the side's addresses
    """

    side: Side
    endpoint: Endpoint
    metrics: str = ""
    before: Before = Before()
    turn: int = 0
    pods: int = 1


@dataclass(frozen=True, slots=True)
class Reach:
    """With what a look goes out; `folders` are those whose files it may read."""

    limits: Limits
    policy: AddressPolicy
    credentials: Credentials
    folders: tuple[str, ...] = ()
    look_seconds: float = 40.0
    stale_source_looks: int = 5


class Memory(Protocol):
    """What earlier looks stored, asked for while looking; the command line has none of it."""

    def body(self, sha256: str) -> bytes | None:
        """Return a stored body."""
        ...

    def facts(self, sha256: str) -> Facts | None:
        """Return what reading that body came to, if this reader ever did."""
        ...

    def lines(self, sha256: str) -> LineIndex | None:
        """Return the lines of that body, if this reader read it and some side still shows it."""
        ...

    def report(self, legacy: str, shadow: str, *, rules: str) -> StoredReport | None:
        """Return the comparison of two bodies under some rules, if this comparer ever made it."""
        ...


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A comparison made before: its counts and the digests of its findings with their route ids.

    Shapes
        hits    {rule id: count of routes that it hides or explains}
    """

    id: int
    total: int
    matched: int
    findings: Mapping[str, str]
    hidden: int = 0
    explained: int = 0
    hits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """One look to take.

    Shapes
        rules       those in force, of which the labels say which apply
        labels      of the source
    """

    format: Format
    legacy: SideOrder
    shadow: SideOrder | None
    reach: Reach
    is_untrusted: str = ""
    rules: tuple[Rule, ...] = ()
    labels: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a side, or the pair, could not be compared; `sentence` is what a person reads."""

    outcome: Outcome
    side: Side | None
    sentence: str


@dataclass(frozen=True, slots=True)
class SideSeen:
    """What one side said: without a payload there is a problem, without a table facts at best.

    `facts` and `lines` come together, and always from the body of `sha256`.
    """

    side: Side
    payload: Payload | None = None
    sha256: str = ""
    facts: Facts | None = None
    lines: LineIndex | None = field(default=None, repr=False)
    table: Table | None = field(default=None, repr=False)
    fetch_errors: float | None = None
    problems: tuple[Problem, ...] = ()
    unmoved_looks: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One look, before it is judged against earlier ones.

    `problem` is the first that applies; `report` is there where two tables were compared, `stored`
    in its place where that pair had been compared before. `ruled` is what rules made of the report,
    `rules` the digest of these, and of what the component was asked for them.

    Units: `read_seconds` were spent on reading sides, all of it, also what failed.
    """

    legacy: SideSeen
    shadow: SideSeen | None
    problem: Problem | None
    report: Report | None = None
    ruled: Ruled | None = None
    rules: str = NO_RULES
    stored: StoredReport | None = None
    is_equal: bool = False
    rereads: int = 0
    read_seconds: float = 0.0


LoadBody = Callable[[str], bytes | None]
