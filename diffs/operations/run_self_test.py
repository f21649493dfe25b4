"""Try the comparer on a real table before anybody trusts its verdicts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from diffs.formats import FORMATS
from diffs.models import SelfTest, SideState
from diffs.queries.memory import stored_body
from diffs.self_test import self_test
from diffs.versions import BUILD


def run_self_test(*, now: datetime) -> str:
    """Compare a stored table with itself and with itself changed; keep and return the failure.

    Shapes
        return  "" where the build may be trusted, also while no table is stored yet; else the
                sentence that every look of this build shows until a later test passes
    """
    failure = ""
    for name, format_ in FORMATS.items():
        body = _latest_body(name)
        if body is not None and not failure:
            failure = self_test(body, format_)
    with transaction.atomic():
        SelfTest.objects.update_or_create(build=BUILD, defaults={"at": now, "failure": failure})
    return failure


def _latest_body(format_name: str) -> bytes | None:
    """Return the table of a legacy side that was read last and is sound."""
    sound = SideState.objects.filter(side="legacy", problem="", source__format=format_name)
    row = sound.exclude(snapshot=None).order_by("-read_at").first()
    return stored_body(row.snapshot_id) if row and row.snapshot_id else None
