"""One look is one sandwich: legacy, shadow and, where they differ, legacy again.

Flow: address -> *fetch -> parse -> canonical -> compare* -> judge -> store.

Theory. The two reads cannot happen at the same instant, so a pair that differs may only have been
read across a change. Reading legacy again tells: when its canonical digest moved meanwhile, the
look proves nothing and is taken again, a few times, after a little while. Only the digest counts,
since behind one address many pods may answer, each with a timestamp of its own.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace

from diffs.compare import compare
from diffs.fetch import Payload, Terms, Validators, is_file, read_open_file, read_plain, read_table
from diffs.looking.components import mixed_up
from diffs.looking.order import Memory, Order, Problem, Seen, SideOrder, SideSeen
from diffs.looking.ruling import Asked, ask_for_rules, ruled_by
from diffs.looking.same_address import same_server, same_spelling
from diffs.looking.side import Read, freshness_problem, look_at_side, table_of
from diffs.outcomes import Outcome, Side

COMPARED_DOUBTS = frozenset({Outcome.REFUSED, Outcome.DUPLICATE_ID})
"""Problems of single routes: the rest of both tables is still compared."""

REREADS = 3
PAUSE_SECONDS = (0.2, 1.0)


def take_look(order: Order, *, memory: Memory, read: Read | None = None) -> Seen:
    """Read both sides and compare them; every failure is part of the answer.

    Shapes
        read        how a side is fetched; by default over the network with `order.reach`
        return      Seen, with the problem that applies first by the outcomes' precedence
    """
    watch = _Stopwatch(read or _over_the_network(order))
    deadline = time.monotonic() + order.reach.look_seconds
    if problem := same_spelling(order):
        return Seen(SideSeen(Side.LEGACY), SideSeen(Side.SHADOW), problem)
    seen = _attempt(order, memory, watch.read, deadline)
    while seen.problem and seen.problem.outcome is Outcome.MOVED and seen.rereads < REREADS:
        pause = random.uniform(*PAUSE_SECONDS)  # noqa: S311  (spreads readers, hides nothing)
        if time.monotonic() + pause >= deadline:
            break
        time.sleep(pause)
        seen = replace(_attempt(order, memory, watch.read, deadline), rereads=seen.rereads + 1)
    return replace(seen, read_seconds=watch.seconds)


class _Stopwatch:
    """A way of reading that counts the seconds spent on it, also where it fails."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.seconds = 0.0

    def read(self, side: SideOrder, deadline: float) -> Payload:
        """Read a side."""
        began_at = time.monotonic()
        try:
            return self._read(side, deadline)
        finally:
            self.seconds += time.monotonic() - began_at


def _attempt(order: Order, memory: Memory, read: Read, deadline: float) -> Seen:
    """Read the pair once."""
    legacy = look_at_side(order, order.legacy, memory=memory, read=read, deadline=deadline)
    if order.shadow is None:
        problems = [*legacy.problems, *_untrusted(order)]
        return Seen(legacy, None, min(problems, key=_precedence, default=None))
    shadow = look_at_side(order, order.shadow, memory=memory, read=read, deadline=deadline)
    legacy, shadow, problem = _doubts(order, order.shadow, legacy, shadow)
    if legacy.facts is None or shadow.facts is None:
        return Seen(legacy, shadow, problem)
    if legacy.facts.digest == shadow.facts.digest and not _blocks(legacy, shadow):
        return Seen(legacy, shadow, problem, is_equal=True)

    return _unequal(order, memory, read, deadline, Seen(legacy, shadow, problem))


def _unequal(order: Order, memory: Memory, read: Read, deadline: float, seen: Seen) -> Seen:
    """Compare a pair of unequal digests, once it is sure that nothing moved while it was read.

    Where a format tolerates something, the pair may be equal all the same: that comes first.
    """
    is_first = seen.problem is not None or not order.format.is_exact
    asked = ask_for_rules(order, deadline=deadline)
    compared = _compared(order, memory, seen, asked) if is_first else seen
    if compared.is_equal or seen.problem is not None:
        return compared
    again = look_at_side(
        order, order.legacy, memory=memory, read=read, deadline=deadline, earlier=seen.legacy
    )
    if again.facts is None:
        return replace(seen, problem=min(again.problems, key=_precedence))
    if _did_move(order, memory, seen.legacy, again):
        text = "The legacy side moved while the pair was read. It is read again by itself."
        return replace(seen, problem=Problem(Outcome.MOVED, Side.LEGACY, text))
    return compared if is_first else _compared(order, memory, seen, asked)


def _did_move(order: Order, memory: Memory, before: SideSeen, again: SideSeen) -> bool:
    """Say whether a side says something else than a moment ago, by more than is tolerated."""
    if before.facts is None or again.facts is None or before.facts.digest == again.facts.digest:
        return False
    if order.format.is_exact or not before.facts.routes:
        return True
    left = table_of(order, before, order.legacy.before, memory)
    right = table_of(order, again, order.legacy.before, memory)
    return bool(compare(left, right).findings)


def _compared(order: Order, memory: Memory, seen: Seen, asked: Asked) -> Seen:
    """Compare a pair that is not equal, or find the comparison that somebody else made of it.

    A pair in doubt is not compared, except where the doubt is about single routes: half a table
    would differ in half its routes, and each of them would be kept as a difference once seen.
    """
    legacy, shadow, problem = seen.legacy, seen.shadow, seen.problem
    if shadow is None or (problem is not None and problem.outcome not in COMPARED_DOUBTS):
        return seen
    may_agree = problem is None and not order.format.is_exact
    seen = replace(seen, rules=asked.digest)
    if stored := memory.report(legacy.sha256, shadow.sha256, rules=asked.digest):
        is_equal = may_agree and stored.matched == stored.total
        return replace(seen, stored=stored, is_equal=is_equal)
    if order.shadow is None or legacy.facts is None or not legacy.facts.routes:
        return seen
    left = table_of(order, legacy, order.legacy.before, memory)
    right = table_of(order, shadow, order.shadow.before, memory)
    report = compare(left, right)
    is_equal = may_agree and not report.findings
    ruled = ruled_by(order, asked, report, left, right)
    legacy, shadow = replace(legacy, table=left), replace(shadow, table=right)
    return replace(
        seen, legacy=legacy, shadow=shadow, report=report, ruled=ruled, is_equal=is_equal
    )


def _blocks(legacy: SideSeen, shadow: SideSeen) -> bool:
    """Say whether equal digests hide routes that were refused or defined twice on both sides."""
    return any(
        seen.facts and (seen.facts.refusals or seen.facts.duplicates) for seen in (legacy, shadow)
    )


def _doubts(
    order: Order, shadow_order: SideOrder, legacy: SideSeen, shadow: SideSeen
) -> tuple[SideSeen, SideSeen, Problem | None]:
    """Count unmoved looks and return both sides with the first problem that applies to the pair."""
    unmoved = _unmoved(order.legacy, legacy, shadow_order, shadow)
    shadow_unmoved = _unmoved(shadow_order, shadow, order.legacy, legacy)
    legacy = replace(legacy, unmoved_looks=unmoved)
    shadow = replace(shadow, unmoved_looks=shadow_unmoved)
    problems = [*legacy.problems, *shadow.problems]
    if same := same_server(order, shadow_order, legacy, shadow):
        problems.append(same)
    if mixed := mixed_up(order, shadow_order, legacy, shadow):
        problems.append(mixed)
    for side_order, seen in ((order.legacy, legacy), (shadow_order, shadow)):
        stale = freshness_problem(
            side_order,
            seen,
            unmoved_looks=seen.unmoved_looks,
            limit=order.reach.stale_source_looks,
        )
        problems += [stale] if stale else []
    problems += _untrusted(order)
    return legacy, shadow, min(problems, key=_precedence, default=None)


def _untrusted(order: Order) -> list[Problem]:
    """Return the doubt about Penumbra itself."""
    if not order.is_untrusted:
        return []
    text = f"{order.is_untrusted} No verdict of this build counts until a self-test passes."
    return [Problem(Outcome.UNTRUSTED, None, text)]


def _stands(order: SideOrder, seen: SideSeen) -> bool:
    """Say whether a side is known to be exactly where it was one look ago."""
    if seen.payload is None or seen.facts is None or not order.before.sha256:
        return False
    if seen.sha256 != order.before.sha256:
        return False
    timestamp, before = seen.payload.x_timestamp, order.before
    is_sibling = bool(before.ip) and seen.payload.ip != before.ip  # has a timestamp of its own
    return timestamp is None or is_sibling or timestamp == before.table_timestamp


def _unmoved(order: SideOrder, seen: SideSeen, other: SideOrder, other_seen: SideSeen) -> int:
    """Return in how many looks in a row this side stood still while the other's content moved.

    Of the other side only the canonical digest counts: behind one address many pods may answer,
    each with a timestamp of its own. And only a new one: pods that disagree show their tables in
    turn, which is a difference among them and no move of what they read.
    """
    if not _stands(order, seen):
        return 0 if seen.facts else order.before.unmoved_looks
    known = other_seen.facts is not None and bool(other.before.digest)
    shown = other.before.recent | {other.before.digest}
    did_move = known and other_seen.facts.digest not in shown  # type: ignore[union-attr]
    return order.before.unmoved_looks + (1 if did_move else 0)


def _precedence(problem: Problem) -> tuple[int, str]:
    """Order problems as the outcomes are ordered, legacy before shadow."""
    return list(Outcome).index(problem.outcome), problem.side or ""


def _over_the_network(order: Order) -> Read:
    """Return how sides are fetched from where the source says they are."""

    def read(side: SideOrder, deadline: float) -> Payload:
        return read_address(order, side, deadline, conditional=side.before.validators)

    return read


def read_address(
    order: Order, side: SideOrder, deadline: float, *, conditional: Validators | None = None
) -> Payload:
    """Read one side from its address, as its format is asked for.

    Errors
        FetchFailed     see diffs.fetch
    """
    reach = order.reach
    if is_file(side.endpoint.url):
        return read_open_file(side.endpoint.url, folders=reach.folders, limits=reach.limits)
    terms: Terms = {
        "limits": reach.limits,
        "policy": reach.policy,
        "credentials": reach.credentials,
        "deadline": deadline,
        "turn": side.turn,
    }
    if order.format.accept:
        accept = order.format.accept
        return read_plain(side.endpoint, accept=accept, conditional=conditional, **terms)
    return read_table(side.side, side.endpoint, conditional=conditional, **terms)
