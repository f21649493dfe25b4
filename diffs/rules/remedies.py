"""What a rule could do about a finding, read off its texts: kinds with the options they need.

Pure: nothing here imports Django, reads a clock or opens a socket.

Nothing here says that a rule would help: who asks tries it. What changes least of a route comes
first; values stand in the options exactly as they stand in the route.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from diffs.formats.eskip.route import Call
from diffs.formats.eskip.route_pair import RoutePair, line_of_call, route_pair
from diffs.report import Finding, Kind
from diffs.rules.kind import RuleSide

ID_OPTION = "pattern"

Filters = tuple[Call, ...]
_SIDES = {Kind.ONLY_IN_LEGACY: RuleSide.LEGACY, Kind.ONLY_IN_SHADOW: RuleSide.SHADOW}


@dataclass(frozen=True, slots=True)
class Remedy:
    """A kind of rule with its options, not yet anywhere.

    Shapes
        needs_ids   its option ID_OPTION is a pattern of ids, still to be said
    """

    kind: str
    options: dict[str, object] = field(default_factory=dict)
    side: RuleSide | None = None
    needs_ids: bool = False


_WITHOUT_OPTIONS = ("header-name-case", "default-lb-algorithm", "ignore-zone")


def remedies_of(findings: Sequence[Finding], *, format_name: str) -> tuple[Remedy, ...]:
    """Return what could be done about some findings, each once, the gentlest first."""
    found: list[Remedy] = []
    for finding in findings:
        if finding.kind in _SIDES:
            found += _of_one_side(finding.kind)
        elif format_name == "eskip" and (pair := route_pair(finding.left, finding.right)):
            found += _of_pair(pair)
    once: list[Remedy] = []
    for remedy in found:
        if remedy not in once:
            once.append(remedy)
    return tuple(sorted(once, key=lambda remedy: _ORDER.index(remedy.kind)))


_ORDER = (
    *_WITHOUT_OPTIONS,
    "keep-last",
    "strip-filters",
    "rewrite",
    "match-by-content",
    "drop-filter",
    "ignore-endpoints",
    "ignore-id",
)


def _of_one_side(kind: Kind) -> Iterator[Remedy]:
    yield Remedy("match-by-content")
    yield Remedy("ignore-id", side=_SIDES[kind], needs_ids=True)


def _of_pair(pair: RoutePair) -> Iterator[Remedy]:
    yield from (Remedy(kind) for kind in _WITHOUT_OPTIONS)
    yield from _repeated(pair.left.filters, pair.right.filters)
    yield from _stripped(pair.left.filters, pair.right.filters)
    yield from _rewritten(pair)
    yield from _dropped(pair.left.filters, pair.right.filters)
    yield Remedy("ignore-endpoints")


def _repeated(left: Filters, right: Filters) -> Iterator[Remedy]:
    """Yield: keep the last of what one side repeats more often."""
    counts = [Counter(call.name for call in filters) for filters in (left, right)]
    for mine, theirs, side in (
        (counts[0], counts[1], RuleSide.LEGACY),
        (counts[1], counts[0], RuleSide.SHADOW),
    ):
        names = sorted(name for name, often in mine.items() if often > max(1, theirs[name]))
        if names:
            yield Remedy("keep-last", {"names": names}, side)


def _stripped(left: Filters, right: Filters) -> Iterator[Remedy]:
    """Yield: take off one side what it has more at the beginning or end."""
    for long, short, side in (
        (left, right, RuleSide.LEGACY),
        (right, left, RuleSide.SHADOW),
    ):
        more = len(long) - len(short)
        if more <= 0:
            continue
        if long[more:] == short:
            yield Remedy("strip-filters", _list(long[:more], "prepend"), side)
        if long[: len(short)] == short:
            yield Remedy("strip-filters", _list(long[len(short) :], "append"), side)


def _list(filters: Filters, place: str) -> dict[str, object]:
    return {"filters": " -> ".join(map(line_of_call, filters)), "place": place}


def _rewritten(pair: RoutePair) -> Iterator[Remedy]:
    """Yield: write what legacy says as the shadow says it, where one thing alone is changed."""
    for of, left, right in (
        ("filters", pair.left.filters, pair.right.filters),
        ("predicates", pair.left.predicates, pair.right.predicates),
    ):
        gone, come = Counter(left) - Counter(right), Counter(right) - Counter(left)
        if len(gone) == len(come) == 1:
            (one,), (other,) = gone, come
            if one.name == other.name:
                options = {"pattern": {"literal": line_of_call(one)}, "text": line_of_call(other)}
                yield Remedy("rewrite", {**options, "of": of}, RuleSide.LEGACY)


def _dropped(left: Filters, right: Filters) -> Iterator[Remedy]:
    """Yield: leave out of account what one side has more of, by name."""
    gone, come = Counter(left) - Counter(right), Counter(right) - Counter(left)
    names = {call.name for call in (*gone, *come)}
    if not names:
        return
    has = {
        RuleSide.LEGACY: any(call.name in names for call in left),
        RuleSide.SHADOW: any(call.name in names for call in right),
    }
    sides = [side for side, is_there in has.items() if is_there]
    yield Remedy(
        "drop-filter",
        {"names": sorted(names)},
        sides[0] if len(sides) == 1 else RuleSide.BOTH,
    )
