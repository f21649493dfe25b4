"""The tasks of diffs: each reads the clock and calls one operation."""

from __future__ import annotations

import structlog
from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.db import close_old_connections
from kombu.exceptions import OperationalError

from diffs.operations import look as look_operation
from diffs.operations import run_preview as preview_operation
from diffs.operations.build_witnesses import build_witnesses as build
from diffs.operations.claim_due import HANDED_OUT_SECONDS, claim_due, release_claims
from diffs.operations.claim_previews import CLAIM_SECONDS, claim_previews
from diffs.operations.expire_rules import expire_rules
from diffs.operations.keep_rule_hits import keep_rule_hits
from diffs.operations.prune import prune as prune_operation
from diffs.operations.refresh_differences import refresh_differences as refresh
from diffs.operations.rename_variants import rename_variants as rename
from diffs.operations.run_self_test import is_due, run_self_test
from ledger.clock import database_now

log = structlog.get_logger(__name__)


@shared_task(name="diffs.due", ignore_result=True)
def due() -> None:
    """Hand out the looks that are due, as many as workers can hold."""
    claimed = claim_due(now=database_now(), places=settings.LOOKS_IN_FLIGHT)
    for place, (source_id, claim) in enumerate(claimed):
        try:
            look.apply_async(
                kwargs={"source_id": source_id, "claim": claim},
                queue="look",
                expires=HANDED_OUT_SECONDS,
                retry=False,
            )
        except OperationalError:
            log.warning("broker_is_away", source=source_id)
            release_claims([claim for _, claim in claimed[place:]])
            return


@shared_task(name="diffs.look", ignore_result=True)
def look(*, source_id: int, claim: str) -> None:
    """Take one look."""
    close_old_connections()
    outcome = look_operation.look(source_id, claim)
    log.info("look", source=source_id, outcome=outcome)


@shared_task(name="diffs.self_test", ignore_result=True)
def self_test(*, anew: bool = False) -> None:
    """Try the comparer on a stored table, where that is due; `anew`: in any case."""
    close_old_connections()
    if not (anew or is_due(now=database_now())):
        return
    if failure := run_self_test(now=database_now()):
        log.error("self_test_failed", failure=failure)


@shared_task(name="diffs.refresh_differences", ignore_result=True)
def refresh_differences() -> None:
    """Count where each difference is now."""
    close_old_connections()
    refresh(now=database_now())


@shared_task(name="diffs.build_witnesses", ignore_result=True)
def build_witnesses() -> None:
    """Build the requests that show differences."""
    close_old_connections()
    build(now=database_now())


@shared_task(name="diffs.rename_variants", ignore_result=True)
def rename_variants() -> None:
    """Name stored findings anew, where this version names otherwise."""
    close_old_connections()
    if count := rename():
        log.info("variants_renamed", occurrences=count)


@shared_task(name="diffs.prune", ignore_result=True)
def prune() -> None:
    """Forget what has outlived its retention."""
    log.info("pruned", **prune_operation(now=database_now()))


@shared_task(name="diffs.previews", ignore_result=True)
def previews() -> None:
    """Hand out the previews of rules that nobody works on."""
    for preview_id, claim in claim_previews(now=database_now()):
        try:
            preview.apply_async(
                kwargs={"preview_id": preview_id, "claim": claim},
                queue="look",
                expires=CLAIM_SECONDS,
                retry=False,
            )
        except OperationalError:
            log.warning("broker_is_away", preview=preview_id)
            return


@shared_task(name="diffs.preview", ignore_result=True)
def preview(*, preview_id: int, claim: str) -> None:
    """Find out what one rule would have done."""
    close_old_connections()
    state = preview_operation.run_preview(preview_id, claim)
    log.info("preview", preview=preview_id, state=state)


@shared_task(name="diffs.rules", ignore_result=True)
def rules() -> None:
    """End the rules whose date is past, and keep when each hid anything last."""
    close_old_connections()
    expire_rules(now=database_now())
    keep_rule_hits(now=database_now())


@worker_ready.connect
def self_test_at_start(**_: object) -> None:
    """Try the comparer whenever a worker starts."""
    try:
        self_test.apply_async(kwargs={"anew": True}, queue="look", retry=False)
    except OperationalError:
        log.warning("broker_is_away", task="self_test")
