"""The tasks of rollouts: each reads the clock and calls one operation."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db import close_old_connections
from kombu.exceptions import OperationalError

from ledger.clock import database_now
from ledger.heartbeat import beat
from rollouts.operations import observe_modes as operation
from rollouts.operations.carry_out import carry_out as carry
from rollouts.operations.deliver_notices import deliver_notices as deliver
from rollouts.operations.deliver_notices import due_ways
from rollouts.operations.forecast_steps import forecast_steps as forecast
from rollouts.operations.forget_sign_ins import forget_sign_ins as forget_tries
from rollouts.operations.observe_kept import observe_kept as read_kept
from rollouts.operations.send_notices import send_notices as send
from rollouts.operations.sweep_promotions import (
    READ_BACK,
    SWEEP,
    WRITTEN_OUT,
    due_promotions,
    end_what_is_over,
)
from rollouts.operations.tell_collector import tell_collector as tell_of_collector
from rollouts.operations.tell_differences import tell_differences as tell_of_differences

log = structlog.get_logger(__name__)


@shared_task(name="rollouts.observe_modes", ignore_result=True)
def observe_modes() -> None:
    """Hand out the targets whose mode is due to be read."""
    for target_id in operation.claim_observations(now=database_now()):
        try:
            observe_mode.apply_async(
                kwargs={"target_id": target_id}, queue="look", expires=30, retry=False
            )
        except OperationalError:
            log.warning("broker_is_away", target=target_id)
            return


@shared_task(name="rollouts.observe_mode", ignore_result=True)
def observe_mode(*, target_id: int) -> None:
    """Read one target's mode."""
    close_old_connections()
    operation.observe_mode(target_id)


@shared_task(name="rollouts.sweep", ignore_result=True)
def sweep() -> None:
    """End what is over, and hand out every promotion that is due.

    What is to be read back goes to those who look: clusters that hang hold up no write.
    """
    beat(SWEEP, now=database_now())
    writes: dict[str, object] = {"queue": "apply"}
    reads: dict[str, object] = {"queue": "look", "expires": 30}
    now = database_now()
    due = [(carry_out, writes, one) for one in due_promotions(now=now, among=WRITTEN_OUT)]
    due += [(read_back, reads, one) for one in due_promotions(now=now, among=READ_BACK)]
    try:
        for task, options, promotion_id in due:
            task.apply_async(kwargs={"promotion_id": promotion_id}, retry=False, **options)
    except OperationalError:
        log.warning("broker_is_away", promotions=len(due))
    end_what_is_over(now=database_now())


@shared_task(name="rollouts.carry_out", ignore_result=True)
def carry_out(*, promotion_id: int) -> None:
    """Write one promotion out."""
    close_old_connections()
    carry(promotion_id, reads=False)


@shared_task(name="rollouts.read_back", ignore_result=True)
def read_back(*, promotion_id: int) -> None:
    """Read one promotion back."""
    close_old_connections()
    carry(promotion_id, writes=False)


@shared_task(name="rollouts.forecast_steps", ignore_result=True)
def forecast_steps() -> None:
    """Work out what each step would change."""
    close_old_connections()
    forecast(now=database_now())


@shared_task(name="rollouts.forget_sign_ins", ignore_result=True)
def forget_sign_ins() -> None:
    """Forget tries to sign in that count no more."""
    close_old_connections()
    forget_tries(now=database_now())


@shared_task(name="rollouts.observe_kept", ignore_result=True)
def observe_kept() -> None:
    """Read the modes that repositories keep."""
    close_old_connections()
    read_kept()


@shared_task(name="rollouts.send_notices", ignore_result=True)
def send_notices() -> None:
    """Hand out the notices that are due, and each way that has something to send."""
    close_old_connections()
    send(now=database_now())
    for kind in due_ways(now=database_now()):
        try:
            deliver_notices.apply_async(
                kwargs={"kind": kind}, queue="notify", expires=10, retry=False
            )
        except OperationalError:
            log.warning("broker_is_away", way=kind)
            return


@shared_task(name="rollouts.deliver_notices", ignore_result=True)
def deliver_notices(*, kind: str) -> None:
    """Send what is due on one way."""
    close_old_connections()
    deliver(kind)


@shared_task(name="rollouts.tell_differences", ignore_result=True)
def tell_differences() -> None:
    """Tell which differences are new, gone and back."""
    close_old_connections()
    tell_of_differences(now=database_now())


@shared_task(name="rollouts.tell_collector", ignore_result=True)
def tell_collector() -> None:
    """Tell whether anybody looks, where that changed."""
    close_old_connections()
    tell_of_collector(now=database_now())
