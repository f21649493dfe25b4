"""Read one side and say what it said: the table, or the problem that keeps it from being one.

Flow: address -> *fetch -> parse -> canonical* -> compare -> judge -> store.

Theory. A 200 proves nothing. Before a body counts as a table its bytes must be whole (fetch), look
like the format, hold as many routes as the server counted, be acceptable to the component as a
document, name no route twice, not have shrunk beyond belief, and the side must still move when the
other one does. Every such doubt is a problem with an outcome of its own, and all of them are
collected: which one is told follows from the outcomes' precedence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from diffs.fetch import (
    BadAddress,
    CredentialRefused,
    Endpoint,
    FetchFailed,
    Limits,
    Location,
    Payload,
    fetch,
    parse_routesrv_metrics,
)
from diffs.formats.format import Words
from diffs.looking.order import Before, Facts, Memory, Order, Problem, SideOrder, SideSeen
from diffs.outcomes import Outcome, Side
from diffs.table import Table, TableTooLarge

SHRINK_LIMIT = 0.2
"""A table that lost more than this share of its routes since it was last good is suspect."""

Read = Callable[[SideOrder, float], Payload]


def look_at_side(
    order: Order,
    side: SideOrder,
    *,
    memory: Memory,
    read: Read,
    deadline: float,
    earlier: SideSeen | None = None,
) -> SideSeen:
    """Read one side; failures come back as problems, never as exceptions.

    Shapes
        earlier     what the same side said a moment ago in this look, where it is read again
        read        fetches the payload of a side before a deadline, raises FetchFailed
        deadline    of the whole look, on the monotonic clock
    """
    try:
        payload = read(side, deadline)
        fetch_errors = _fetch_errors(order, side, deadline)
    except FetchFailed as error:
        problem = Problem(error.outcome, side.side, f"{NAMES[side.side]}: {error.sentence}")
        return SideSeen(side.side, problems=(problem,), unmoved_looks=side.before.unmoved_looks)

    sha256 = payload.sha256 or (side.before.sha256 if payload.not_modified else "")
    if earlier is not None and earlier.facts is not None and earlier.sha256 == sha256:
        seen = earlier
    else:
        seen = _remembered(side, payload, sha256, memory) or _parsed(
            order, side, payload, sha256, memory
        )
    if seen.facts is None:
        return seen
    doubts = tuple(_doubts(side, payload, seen.facts, order.format.words))
    return replace(seen, fetch_errors=fetch_errors, problems=doubts)


def _remembered(side: SideOrder, payload: Payload, sha256: str, memory: Memory) -> SideSeen | None:
    """Return what is known of a body that was read before; None where it has to be parsed.

    The facts alone would do for this look, but not for the next one: what this side said a look
    ago tells lag from difference and counts changes, so its lines must be those of this body.
    """
    facts = memory.facts(sha256)
    if facts is None:
        return None
    before = side.before
    lines = before.lines if sha256 == before.sha256 else None
    lines = lines or memory.lines(sha256)
    if lines is None:
        return None
    return SideSeen(side.side, payload=payload, sha256=sha256, facts=facts, lines=lines)


def _parsed(
    order: Order, side: SideOrder, payload: Payload, sha256: str, memory: Memory
) -> SideSeen:
    """Read a body; the lines of the look before save most of the work."""
    body = memory.body(sha256) if payload.not_modified else payload.body
    if body is None:
        return _unread(side, payload, Outcome.UNREACHABLE, "answered 304 for a body not kept")
    if phrase := order.format.why_not_a_table(payload.content_type, body):
        text = f"answered with {phrase}, not with {order.format.words.table}. Is the address right"
        return _unread(side, payload, Outcome.NOT_A_TABLE, f"{text}, and no sign-in before it?")
    try:
        table = order.format.read(body, side.before.lines)
    except TableTooLarge as error:
        text = f"exceeds the limit of {error.most:,} {_counted(error.limit, order.format.words)}"
        return _unread(side, payload, Outcome.TRUNCATED, text)
    facts = Facts.of(table)
    return SideSeen(
        side.side, payload=payload, sha256=sha256, facts=facts, lines=table.lines, table=table
    )


def table_of(order: Order, seen: SideSeen, before: Before, memory: Memory) -> Table:
    """Return the side's table, reading its body again where only its facts were at hand.

    Errors
        LookupError     the body is gone; an empty one in its place would be compared as a table
    """
    if seen.table is not None:
        return seen.table
    body = seen.payload.body if seen.payload and not seen.payload.not_modified else None
    body = body if body is not None else memory.body(seen.sha256)
    if body is None:
        raise LookupError(f"the body {seen.sha256} of the {seen.side} side is not kept")
    return order.format.read(body, before.lines)


def freshness_problem(
    side: SideOrder, seen: SideSeen, *, unmoved_looks: int, limit: int
) -> Problem | None:
    """Say whether a side stands still while the other moves, or admits that it cannot read."""
    before, now = side.before.fetch_errors, seen.fetch_errors
    if before is not None and now is not None and now > before:
        grown = int(now - before)
        count = "1 more fetch error" if grown == 1 else f"{grown} more fetch errors"
        text = f"its own metrics count {count} than one look ago"
        return _problem(side, Outcome.STALE_SOURCE, f"stands still: {text}. Its log says why")
    if unmoved_looks >= limit:
        text = f"has not moved over {unmoved_looks} looks in which the other side did."
        text += " Does it still read its source?"
        return _problem(side, Outcome.STALE_SOURCE, text)
    if side.before.frozen and seen.facts and seen.facts.digest == side.before.digest:
        text = f"{side.before.frozen}. Does it still read its source?"
        return _problem(side, Outcome.STALE_SOURCE, text)
    return None


def _counted(limit: str, words: Words) -> str:
    """Return what a limit of a table counts."""
    one = {"routes": f"{words.noun}s", "route_id_bytes": f"bytes of a {words.noun} id"}
    return one.get(limit, words.tokens)


def _doubts(side: SideOrder, payload: Payload, facts: Facts, words: Words) -> list[Problem]:
    """Return every reason not to believe a body that was read whole."""
    found = []
    if payload.x_count is not None and payload.x_count != facts.routes:
        text = f"counts {payload.x_count} routes in X-Count but sent {facts.routes}."
        text += " Something cut its answer on the way, or it sends pages"
        found.append(_problem(side, Outcome.TRUNCATED, text))
    if facts.refusals:
        found.append(_problem(side, Outcome.REFUSED, _refused(facts, words)))
    if facts.duplicates:
        names = ", ".join(facts.duplicates[:3]) + (", …" if len(facts.duplicates) > 3 else "")  # noqa: PLR2004
        text = f"defines {len(facts.duplicates)} {words.noun} ids more than once: {names}."
        text += f" Which one counts is luck; give each {words.noun} an id of its own"
        found.append(_problem(side, Outcome.DUPLICATE_ID, text))
    return found + _size_doubts(side, facts, words)


def _size_doubts(side: SideOrder, facts: Facts, words: Words) -> list[Problem]:
    """Return the doubt about a table that is empty or has shrunk."""
    good = side.before.good_routes
    if not facts.routes and not good:
        text = f"holds no {words.noun} yet; nothing to do but wait"
        return [_problem(side, Outcome.NOT_READY, text)]
    if good and facts.routes < good * (1 - SHRINK_LIMIT):
        text = (
            f"shrank from {good} {words.noun}s to {facts.routes}; acknowledge it if that is right"
        )
        return [_problem(side, Outcome.SUSPECT, text)]
    return []


def _refused(facts: Facts, words: Words) -> str:
    """Name the first route that the component would choke on."""
    first = facts.refusals[0]
    place = f"line {first.line}, column {first.column}"
    more = f" and {len(facts.refusals) - 1} more" if len(facts.refusals) > 1 else ""
    name = f"{words.noun} {first.key}" if first.key else f"a {words.noun} without an id"
    what = f"{words.refused}: {name} ({place}): {first.reason}{more}"
    return f"{what}. Mend or remove it before anything reads this table"


METRICS = Limits(total_seconds=3.0, connect_seconds=2.0, received_bytes=2**20, decoded_bytes=2**20)
"""A side's metrics may cost a look little: they only help to tell that a side stands still."""


def _fetch_errors(order: Order, side: SideOrder, deadline: float) -> float | None:
    """Return the side's own count of fetch errors, where it has metrics and they can be read."""
    if not side.metrics or monotonic() >= deadline:
        return None
    try:
        page = fetch(
            _metrics_endpoint(order, side),
            limits=METRICS,
            policy=order.reach.policy,
            credentials=order.reach.credentials,
            deadline=deadline,
            turn=0,  # counters of another pod would seem to grow
        )
    except FetchFailed:
        return None
    return parse_routesrv_metrics(page.body).fetch_errors


def _metrics_endpoint(order: Order, side: SideOrder) -> Endpoint:
    """Return how a side's metrics are read: as its table is.

    They may lie on another host; one that the credential is not meant for is asked without it.
    """
    endpoint = replace(side.endpoint, url=side.metrics, paging=None)
    if endpoint.credential is None:
        return endpoint
    try:
        host = Location.parse(side.metrics).host
        order.reach.credentials.authorize(endpoint.credential, host=host)
    except (BadAddress, CredentialRefused):
        return replace(endpoint, credential=None)
    return endpoint


def _unread(side: SideOrder, payload: Payload, outcome: Outcome, text: str) -> SideSeen:
    """Return a side that answered, but not with a table."""
    return SideSeen(side.side, payload=payload, problems=(_problem(side, outcome, text),))


def _problem(side: SideOrder, outcome: Outcome, text: str) -> Problem:
    """Return a problem whose sentence begins with the side's name."""
    end = "" if text.endswith("?") else "."
    return Problem(outcome, side.side, f"{NAMES[side.side]} {text}{end}")


NAMES = {Side.LEGACY: "The legacy side", Side.SHADOW: "The shadow side"}
