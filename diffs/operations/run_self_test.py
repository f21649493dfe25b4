"""Try the comparer on a real table before anybody trusts its verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from diffs.formats import FORMATS, format_of
from diffs.formats.format import Format
from diffs.models import Comparison, Reading, SelfTest, SideState, Source
from diffs.queries.memory import stored_body
from diffs.self_test import self_test
from diffs.versions import BUILD, comparer_of

log = structlog.get_logger(__name__)


EVERY = timedelta(hours=1)


def is_due(*, now: datetime) -> bool:
    """Say whether this build was never tried, or not for an hour."""
    since = SelfTest.objects.filter(build=BUILD).values_list("at", flat=True).first()
    return since is None or not timedelta(0) <= now - since < EVERY


def run_self_test(*, now: datetime) -> str:
    """Compare a stored table with itself and with itself changed; keep and return the failure.

    While no table is stored nothing was tried, and nothing is kept: no test is not a passed one.

    Shapes
        return  "" where nothing speaks against the build; else the sentence that every look of
                this build shows until a later test passes
    """
    results = [(readers, _try(readers)) for readers in _in_use()]
    tried = [(readers, failed) for readers, failed in results if failed is not None]
    failure = next((failed for _, failed in tried if failed), "")
    if not tried:
        return failure
    with transaction.atomic():
        SelfTest.objects.update_or_create(build=BUILD, defaults={"at": now, "failure": failure})
        for readers, failed in tried:
            if failed:
                _forget(readers)
    return failure


@dataclass(slots=True)
class _Readers:
    """One format with one set of options, and the sources that are read so."""

    format: Format
    sources: list[int]

    @property
    def sides(self) -> QuerySet[SideState]:
        """Return what the sides of these sources said last."""
        return SideState.objects.filter(source__in=self.sources)


def _in_use() -> list[_Readers]:
    """Return each format with each of the options that some source is read with."""
    found: dict[str, _Readers] = {}
    rows = Source.objects.filter(format__in=FORMATS).order_by("pk")
    for source_id, name, options in rows.values_list("pk", "format", "options"):
        format_ = format_of(name, options)
        found.setdefault(format_.label, _Readers(format_, [])).sources.append(source_id)
    return list(found.values())


def _try(readers: _Readers) -> str | None:
    """Run the self-test of one format; one that breaks has failed, None where it has no table."""
    body = _latest_body(readers)
    if body is None:
        return None
    try:
        return self_test(body, readers.format)
    except Exception as error:
        log.exception("self_test_broke", format=readers.format.label)
        return f"The self-test itself broke on a stored table ({type(error).__name__})."


def _forget(readers: _Readers) -> None:
    """Forget what this reader and comparer made of tables: a later build would believe it."""
    Comparison.objects.filter(comparer=comparer_of(readers.format)).delete()
    Reading.objects.filter(reader=readers.format.label).delete()
    readers.sides.update(lines=b"", digest="")


def _latest_body(readers: _Readers) -> bytes | None:
    """Return the table of a legacy side that was read last and is sound."""
    sound = readers.sides.filter(side="legacy", problem="").exclude(snapshot=None)
    row = sound.order_by("-read_at").first()
    return stored_body(row.snapshot_id) if row and row.snapshot_id else None
