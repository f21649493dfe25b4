"""Make one delivery of a notice for each way and address it goes to.

Flow: … → audit → *notify* → deliver.

Theory. A change writes what happened as one row beside itself, and knows no address. Here that row
becomes one row for each way to people, in one transaction with its own end: whatever dies, each
delivery exists once, and one that fails is tried again without any other being sent twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, transaction

from ledger import outbox
from rollouts.machine import State
from rollouts.models import Promotion
from rollouts.notifiers import NOTIFIERS, Notice, notice_of
from rollouts.notifying import notifiers
from rollouts.operations.move_promotion import NOTICE as PROMOTION
from rollouts.operations.move_promotion import subject_of
from rollouts.queries.promotion_notice import people_of, promotion_notice

PLAIN = "notice"
"""Kind of the duties whose payload is the whole notice: {"notice": …}."""

DELIVERY = "notice_by_"
AT_ONCE = 50
SECONDS = 30.0

Told = tuple[Notice, list[str]]

log = structlog.get_logger(__name__)


def delivery_kind(kind: str) -> str:
    """Return the kind of duty that is one delivery by a notifier."""
    return f"{DELIVERY}{kind}"


DELIVERIES = tuple(delivery_kind(kind) for kind in NOTIFIERS)


def tell(notice: Notice, *, now: datetime) -> None:
    """Write a notice down, inside the transaction of the change that it tells; each key once."""
    outbox.enqueue(
        PLAIN,
        dedupe_key=f"{PLAIN} {_digest(notice.key)}",
        payload={"notice": notice.as_json()},
        now=now,
    )


def send_notices(*, now: datetime) -> int:
    """Hand out the notices that are due; return how many deliveries became due by it.

    Deliveries go out in the order of their due times: what happened first is told first.
    """
    duties = outbox.claim_due(now=now, kinds=list(TOLD), limit=AT_ONCE, seconds=SECONDS)
    first = now - timedelta(microseconds=len(duties))
    return sum(
        _address(duty, now, due_at=first + timedelta(microseconds=place))
        for place, duty in enumerate(duties)
    )


def _address(duty: outbox.Duty, now: datetime, *, due_at: datetime) -> int:
    """Write the deliveries of one notice and end its own duty, both or neither."""
    try:
        with transaction.atomic():
            notice, people = TOLD[duty.kind](duty.payload)
            keys = [
                _deliver(duty, notice, kind, to, due_at)
                for kind, way in notifiers().items()
                for to in way.addresses(people)
            ]
            outbox.mark_done(duty, now=now)
            return len(keys)
    except DatabaseError:
        raise  # the claim runs out, and it is tried again
    except Exception as error:
        log.exception("notice_not_written", key=duty.dedupe_key)
        problem = f"It could not be put into words: {type(error).__name__}."
        outbox.mark_failed(duty, problem=problem, now=now)
        return 0


def _deliver(duty: outbox.Duty, notice: Notice, kind: str, to: str, now: datetime) -> str:
    key = f"{duty.dedupe_key} {kind} {_digest(to.casefold())[:16]}"
    payload: dict[str, object] = {"notice": notice.as_json(), "to": to}
    outbox.enqueue(delivery_kind(kind), dedupe_key=key, payload=payload, now=now)
    return key


def _of_promotion(payload: Mapping[str, Any]) -> Told:
    rows = Promotion.objects.select_related("tier__rollout", "requested_by")
    promotion = rows.get(pk=payload["promotion"])
    notice = promotion_notice(promotion, State(payload["state"]), subject=subject_of(promotion))
    return notice, people_of(promotion)


def _of_itself(payload: Mapping[str, Any]) -> Told:
    return notice_of(payload["notice"]), []


TOLD: dict[str, Callable[[Mapping[str, Any]], Told]] = {PROMOTION: _of_promotion, PLAIN: _of_itself}
"""How each kind of notice becomes words."""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
