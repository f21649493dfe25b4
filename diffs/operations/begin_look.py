"""Take up a claim: make a lease of it, and say what the look has to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import gcd, lcm

from django.db import transaction

from diffs.fetch import Endpoint, Validators
from diffs.formats import format_of
from diffs.formats.format import Format
from diffs.looking.order import Before, Order, SideOrder
from diffs.models import SelfTest, SideState, Source, SourceSide, SourceState
from diffs.models.source import Reads
from diffs.operations.hold_claim import LEASE_SECONDS
from diffs.outcomes import Side
from diffs.queries.active_rules import active_rules
from diffs.queries.memory import unpacked_lines
from diffs.quiet import is_frozen, unpacked, words
from diffs.reach import reach
from diffs.versions import BUILD


@dataclass(frozen=True, slots=True)
class Begun:
    """A look that has begun: whose, under which claim, of which epoch, and what to do."""

    source_id: int
    claim: str
    epoch: int
    began_at: datetime
    order: Order


def begin_look(source_id: int, claim: str, *, now: datetime) -> Begun | None:
    """Return the look's order; None where the claim has run out or was given to another worker."""
    with transaction.atomic():
        lease = timedelta(seconds=LEASE_SECONDS)
        taken = SourceState.objects.filter(
            source_id=source_id, claim=claim, claimed_until__gt=now
        ).update(claimed_until=now + lease)
        if not taken:
            return None
        source = Source.objects.select_related("state").get(pk=source_id)
        sides = {row.side: row for row in source.sides.all()}
        states = {row.side: row for row in source.side_states.select_related("snapshot")}
    is_both = source.reads == Reads.BOTH
    reader = format_of(source.format, source.options)
    legacy, shadow = (
        _side(reader, sides[side], states.get(side), now=now) for side in (Side.LEGACY, Side.SHADOW)
    )
    legacy = _in_turn(legacy, sides[Side.LEGACY], place=source.state.looks)
    place = shifted(source.state.looks, legacy.pods, shadow.pods)
    shadow = _in_turn(shadow, sides[Side.SHADOW], place=place)
    order = Order(
        format=reader,
        legacy=legacy,
        shadow=shadow if is_both else None,
        reach=reach(),
        is_untrusted=_self_test_failure(),
        rules=active_rules(now=now) if is_both else (),
        labels=source.labels,
    )
    return Begun(source_id, claim, source.epoch, now, order)


def _side(reader: Format, row: SourceSide, state: SideState | None, *, now: datetime) -> SideOrder:
    """Return how one side is read, at the first of its addresses."""
    endpoint = Endpoint(
        row.addresses[0],
        credential=row.credential or None,
        ca_bundle=row.ca_bundle or None,
        proxy=row.proxy or None,
        paging=row.paging or None,
    )
    pods = max(len(row.addresses), sum((state.pods if state else {}).values()))
    before = _before(state, reader, pods, now=now) if state else Before()
    return SideOrder(Side(row.side), endpoint, row.metrics, before, pods=pods)


def _in_turn(order: SideOrder, row: SourceSide, *, place: int) -> SideOrder:
    """Return the side at the address, and the pod behind it, whose turn it is."""
    turn, at = divmod(place, len(row.addresses))
    return replace(order, endpoint=replace(order.endpoint, url=row.addresses[at]), turn=turn)


def shifted(looks: int, legacy: int, shadow: int) -> int:
    """Return the place of the shadow's pods at a look, so that each of them meets each of legacy's.

    Where both counts have a common divisor, the same pods would meet for ever.
    """
    return looks + looks // lcm(legacy, shadow) if gcd(legacy, shadow) > 1 else looks


def _before(state: SideState, format_: Format, pods: int, *, now: datetime) -> Before:
    """Return what the last look left about one side.

    What another version of the reader made of the table is not held against what this one makes. A
    date is no validator among several pods: one of them may not have moved since then, and
    still say something else.
    """
    lines = unpacked_lines(bytes(state.lines), reader=format_.label)
    validators = Validators(
        etag=state.etag or None,
        last_modified=(state.last_modified or None) if pods == 1 else None,
    )
    return Before(
        sha256=state.snapshot_id or "",
        validators=validators if state.snapshot_id else None,
        table_timestamp=state.table_timestamp,
        digest=state.digest if lines is not None else "",
        recent=frozenset(state.recent_digests),
        lines=lines,
        good_routes=state.good_routes,
        unmoved_looks=state.unmoved_looks,
        fetch_errors=state.fetch_errors,
        ip=state.ip,
        frozen=_frozen(state, now=now),
    )


def _frozen(state: SideState, *, now: datetime) -> str:
    """Return why a side is quiet for too long, should it say the same again."""
    history = unpacked(state.quiet)
    if state.moved_at is None or not is_frozen(history, moved_at=state.moved_at, now=now):
        return ""
    return words(history, moved_at=state.moved_at, now=now)


def _self_test_failure() -> str:
    """Return why this build's verdicts are not to be trusted; "" when they are."""
    row = SelfTest.objects.filter(build=BUILD).first()
    return row.failure if row else ""
