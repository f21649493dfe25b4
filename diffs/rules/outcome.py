"""What rules make of one finding by itself.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from diffs.formats.eskip.route_pair import route_pair
from diffs.line_index import digest_of
from diffs.part import Role
from diffs.report import Finding, Kind
from diffs.rules.kind import Pair
from diffs.rules.least_set import least_set
from diffs.rules.memory import Memory
from diffs.rules.rule_set import RuleSet

PAIRS: dict[str, Callable[[str, str], Pair | None]] = {"eskip": route_pair}
"""How each format lays the two texts of a finding open to rules; None where it cannot."""

NEVER_HIDDEN = frozenset({Kind.REFUSED, Kind.DUPLICATE_ID})


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether rules hide a finding, by which of them, and what is left where they do not.

    Shapes
        rules       ids of the least set of rules, in the order in which they act; empty where the
                    finding stays visible
        left        the parts that still differ after all rules; `whole` of a route that only one
                    side has
    """

    rules: tuple[str, ...] = ()
    left: tuple[Role, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Say whether rules hide the finding."""
        return bool(self.rules)


UNTOUCHED = Outcome(left=(Role.WHOLE,))
MEMORY: Memory[Outcome] = Memory()


def outcome_of(finding: Finding, rules: RuleSet, *, format_name: str) -> Outcome:
    """Return what single rules make of a finding; what other findings say is not asked.

    A refused place and a repeated id stay visible under every rule. What cannot be read back as a
    route stays visible, too.
    """
    if finding.kind in NEVER_HIDDEN or not (rules.naming or rules.pairing):
        return UNTOUCHED
    said = (rules.digest, format_name, finding.kind, finding.key, finding.left, finding.right)
    digest = digest_of("\0".join(said).encode())
    known = MEMORY.get(digest)
    if known is None:
        known = _worked_out(finding, rules, format_name)
        MEMORY.keep(digest, known)
    return known


def _worked_out(finding: Finding, rules: RuleSet, format_name: str) -> Outcome:
    for rule, named in rules.naming:
        if rule.scope.covers_route(finding.key) and named.covers(finding):
            return _outcome((rule.id,), ())
    if not finding.left or not finding.right or format_name not in PAIRS:
        return UNTOUCHED
    pair = PAIRS[format_name](finding.left, finding.right)
    return _of_pair(pair, finding.key, rules) if pair else UNTOUCHED


def _of_pair(pair: Pair, key: str, rules: RuleSet) -> Outcome:
    """Return the outcome of two routes: hidden where rules make every part the same.

    A part that agrees before any rule stays out of it: no rule can undo that.
    """
    applying = [(rule.id, what) for rule, what in rules.pairing if rule.scope.covers_route(key)]
    whats = [what for _, what in applying]
    needed: set[int] = set()
    left = []
    for role in sorted(pair.differing()):
        places = least_set(pair, role, whats)
        if places is None:
            left.append(role)
        else:
            needed.update(places)
    if left:
        return _outcome((), tuple(left))
    return _outcome(tuple(applying[place][0] for place in sorted(needed)), ())


@lru_cache(maxsize=4096)
def _outcome(rules: tuple[str, ...], left: tuple[Role, ...]) -> Outcome:
    """Return one value for all findings that end alike."""
    return Outcome(rules, left)
