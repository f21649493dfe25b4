"""Take up a claim: make a lease of it, and say what the look has to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import zstandard
from django.db import transaction

from diffs.fetch import Endpoint, Validators
from diffs.formats import FORMATS
from diffs.line_index import LineIndex
from diffs.looking.order import Before, Order, SideOrder
from diffs.models import SelfTest, SideState, Source, SourceSide, SourceState
from diffs.models.source import Reads
from diffs.operations.hold_claim import LEASE_SECONDS
from diffs.outcomes import Side
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
    order = Order(
        format=FORMATS[source.format],
        legacy=_side(source, Side.LEGACY, sides, states),
        shadow=_side(source, Side.SHADOW, sides, states) if is_both else None,
        reach=reach(),
        is_untrusted=_self_test_failure(),
    )
    return Begun(source_id, claim, source.epoch, now, order)


def _side(
    source: Source, side: Side, sides: dict[str, SourceSide], states: dict[str, SideState]
) -> SideOrder:
    """Return how one side is read: of several addresses, another one at each look."""
    row, state = sides[side], states.get(side)
    addresses = row.addresses
    endpoint = Endpoint(
        addresses[source.state.looks % len(addresses)],
        credential=row.credential or None,
        ca_bundle=row.ca_bundle or None,
        proxy=row.proxy or None,
        paging=row.paging or None,
    )
    return SideOrder(side, endpoint, row.metrics, _before(state) if state else Before())


def _before(state: SideState) -> Before:
    """Return what the last look left about one side."""
    validators = Validators(etag=state.etag or None, last_modified=state.last_modified or None)
    lines = bytes(state.lines)
    return Before(
        sha256=state.snapshot_id or "",
        validators=validators if state.snapshot_id else None,
        table_timestamp=state.table_timestamp,
        digest=state.digest,
        lines=LineIndex.from_bytes(zstandard.decompress(lines)) if lines else None,
        good_routes=state.good_routes,
        unmoved_looks=state.unmoved_looks,
        fetch_errors=state.fetch_errors,
    )


def _self_test_failure() -> str:
    """Return why this build's verdicts are not to be trusted; "" when they are."""
    row = SelfTest.objects.filter(build=BUILD).first()
    return row.failure if row else ""
