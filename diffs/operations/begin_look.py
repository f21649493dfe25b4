"""Take up a claim: make a lease of it, and say what the look has to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    order = Order(
        format=reader,
        legacy=_side(source, reader, sides[Side.LEGACY], states.get(Side.LEGACY)),
        shadow=_side(source, reader, sides[Side.SHADOW], states.get(Side.SHADOW))
        if is_both
        else None,
        reach=reach(),
        is_untrusted=_self_test_failure(),
        rules=active_rules(now=now) if is_both else (),
        labels=source.labels,
    )
    return Begun(source_id, claim, source.epoch, now, order)


def _side(source: Source, reader: Format, row: SourceSide, state: SideState | None) -> SideOrder:
    """Return how one side is read: of several addresses, another one at each look."""
    addresses = row.addresses
    endpoint = Endpoint(
        addresses[source.state.looks % len(addresses)],
        credential=row.credential or None,
        ca_bundle=row.ca_bundle or None,
        proxy=row.proxy or None,
        paging=row.paging or None,
    )
    before = _before(state, reader, len(addresses)) if state else Before()
    return SideOrder(Side(row.side), endpoint, row.metrics, before)


def _before(state: SideState, format_: Format, addresses: int) -> Before:
    """Return what the last look left about one side.

    What another version of the reader made of the table is not held against what this one makes. A
    date is no validator among several addresses: one of them may not have moved since then, and
    still say something else.
    """
    lines = unpacked_lines(bytes(state.lines), reader=format_.label)
    validators = Validators(
        etag=state.etag or None,
        last_modified=(state.last_modified or None) if addresses == 1 else None,
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
    )


def _self_test_failure() -> str:
    """Return why this build's verdicts are not to be trusted; "" when they are."""
    row = SelfTest.objects.filter(build=BUILD).first()
    return row.failure if row else ""
