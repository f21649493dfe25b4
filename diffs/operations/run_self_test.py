"""Try the comparer on a real table before anybody trusts its verdicts."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from diffs.formats import FORMATS
from diffs.formats.format import Format
from diffs.models import Comparison, Reading, SelfTest, SideState
from diffs.queries.memory import stored_body
from diffs.self_test import self_test
from diffs.versions import BUILD, comparer_of

log = structlog.get_logger(__name__)


def run_self_test(*, now: datetime) -> str:
    """Compare a stored table with itself and with itself changed; keep and return the failure.

    Shapes
        return  "" where the build may be trusted, also while no table is stored yet; else the
                sentence that every look of this build shows until a later test passes
    """
    failures = {name: _try(name, format_) for name, format_ in FORMATS.items()}
    failure = next(filter(None, failures.values()), "")
    with transaction.atomic():
        SelfTest.objects.update_or_create(build=BUILD, defaults={"at": now, "failure": failure})
        for name, failed in failures.items():
            if failed:
                _forget(FORMATS[name])
    return failure


def _try(name: str, format_: Format) -> str:
    """Run the self-test of one format; one that breaks has failed."""
    body = _latest_body(name)
    if body is None:
        return ""
    try:
        return self_test(body, format_)
    except Exception as error:
        log.exception("self_test_broke", format=name)
        return f"The self-test itself broke on a stored table ({type(error).__name__})."


def _forget(format_: Format) -> None:
    """Forget what this reader and comparer made of tables: a later build would believe it."""
    Comparison.objects.filter(comparer=comparer_of(format_)).delete()
    Reading.objects.filter(reader=format_.label).delete()
    SideState.objects.filter(source__format=format_.name).update(lines=b"", digest="")


def _latest_body(format_name: str) -> bytes | None:
    """Return the table of a legacy side that was read last and is sound."""
    sound = SideState.objects.filter(side="legacy", problem="", source__format=format_name)
    row = sound.exclude(snapshot=None).order_by("-read_at").first()
    return stored_body(row.snapshot_id) if row and row.snapshot_id else None
