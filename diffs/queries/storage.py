"""What takes space in the database, kind by kind: rows, bytes, the oldest, what came today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Func, Min, Model, Q, Sum
from django.db.models.functions import Cast

from diffs.queries.stored_kinds import KINDS, StoredKind
from diffs.queries.table_sizes import SIZE_OF, database_size, table_sizes

DAY = timedelta(days=1)
OWN = {"ledger": "the rest of the ledger", "diffs": "sources, rules and the rest of diffs"}


@dataclass(frozen=True, slots=True)
class Stored:
    """One kind of what is stored.

    Units
        bytes           with indices and free space of its table, where it has the table for itself;
                        None where this database does not tell
        new_rows, …     of the last 24 h; None where no column tells when a row was written
    """

    name: str
    rows: int
    bytes: int | None
    oldest_at: datetime | None
    rule: str
    new_rows: int | None = None
    new_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """All that is stored; `bytes` is the whole database, what nothing here names included."""

    kinds: tuple[Stored, ...]
    bytes: int

    @property
    def unnamed(self) -> int | None:
        """Return the bytes that belong to no kind: catalogues, free pages; None where unknown."""
        sizes = [kind.bytes for kind in self.kinds]
        return None if None in sizes else self.bytes - sum(size or 0 for size in sizes)


def storage(*, now: datetime) -> Storage:
    """Return what takes space. It reads every row's columns of age, not the rows' contents."""
    sizes = table_sizes()
    own = [_stored(kind, sizes, now) for kind in KINDS]
    return Storage((*own, *_shared(own, sizes), *_by_app(sizes)), database_size())


def _stored(kind: StoredKind, sizes: Mapping[str, int], now: datetime) -> Stored:
    """Return one kind, in one query."""
    asked: dict[str, Any] = {"rows": Count("pk")}
    if kind.seen:
        asked["oldest"] = Min(kind.seen)
    since = Q(**{f"{kind.seen}__gte": _since(kind, now)}) if kind.seen and kind.is_written else None
    if since is not None:
        asked["new"] = Count("pk", filter=since)
    if kind.column:
        asked["size"] = Sum(_size_of(kind.column))
        if since is not None:
            asked["new_size"] = Sum(_size_of(kind.column), filter=since)
    found = kind.model._default_manager.filter(kind.only or Q()).aggregate(**asked)
    count = found["rows"]
    size = sizes.get(kind.model._meta.db_table)
    if kind.column:
        size, new_size = found["size"] or 0, found.get("new_size") or 0
    else:
        new_size = round(size * found.get("new", 0) / count) if size and count else 0
    return Stored(
        name=kind.name,
        rows=count,
        bytes=size,
        oldest_at=_as_time(found.get("oldest")),
        rule=kind.rule,
        new_rows=found.get("new"),
        new_bytes=new_size if since is not None and size is not None else None,
    )


def _since(kind: StoredKind, now: datetime) -> datetime | date:
    """Return from when on a row counts as new."""
    field = kind.model._meta.get_field(kind.seen)
    since = now.astimezone(UTC) - DAY
    return since if field.get_internal_type() == "DateTimeField" else since.date() + DAY


def _size_of(column: str) -> Cast:
    """Return how many bytes a column takes where it is stored."""
    return Cast(Func(F(column), function=SIZE_OF[connection.vendor]), BigIntegerField())


def _as_time(value: datetime | date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), UTC)


def _shared(own: Iterable[Stored], sizes: Mapping[str, int]) -> Iterable[Stored]:
    """Return the rest of each table of which a column is a kind by itself."""
    parts = {kind.name: kind for kind in KINDS if kind.column}
    listed = [(parts[one.name].model, one) for one in own if one.name in parts]
    for model, group in groupby(listed, key=lambda pair: pair[0]):
        known = sum(one.bytes or 0 for _, one in group)
        size = sizes.get(model._meta.db_table)
        yield Stored(
            name=f"rows and indices of {model._meta.verbose_name_plural}",
            rows=model._default_manager.count(),
            bytes=None if size is None else max(0, size - known),
            oldest_at=None,
            rule="as the rows that they belong to",
        )


def _by_app(sizes: Mapping[str, int]) -> Iterable[Stored]:
    """Return all other tables, summed up by the app that they belong to."""
    named = {kind.model for kind in KINDS}
    for app in apps.get_app_configs():
        models = [
            model for model in app.get_models(include_auto_created=True) if model not in named
        ]
        if models:
            yield _summed(app.label, models, sizes)


def _summed(label: str, models: Iterable[type[Model]], sizes: Mapping[str, int]) -> Stored:
    listed = list(models)
    known = [sizes.get(model._meta.db_table) for model in listed]
    return Stored(
        name=OWN.get(label, f"tables of {label}"),
        rows=sum(model._default_manager.count() for model in listed),
        bytes=None if None in known else sum(size or 0 for size in known),
        oldest_at=None,
        rule="by their own rules; what people decided for ever",
    )
