"""The moment that a page is about, and the pulse of a duty at that moment, in one query."""

from __future__ import annotations

from datetime import datetime

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Func
from django.db.models.sql.compiler import SQLCompiler

from ledger.clock import database_now
from ledger.models import Heartbeat


class DatabaseNow(Func):
    """The database's wall clock, as `ledger.clock.database_now` reads it."""

    function = "clock_timestamp"
    arity = 0
    output_field = DateTimeField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: object
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the same for SQLite; each per cent sign is halved twice on its way."""
        template = "strftime('%%%%Y-%%%%m-%%%%dT%%%%H:%%%%M:%%%%f+00:00', 'now')"
        sql, params = self.as_sql(compiler, connection, template=template)
        return sql, tuple(params)


def now_and_beat(name: str) -> tuple[datetime, datetime | None]:
    """Return the database's time, and when a duty was last carried out; None when never."""
    rows = Heartbeat.objects.filter(name=name).annotate(now=DatabaseNow())
    found = rows.values_list("now", "at").first()
    return found or (database_now(), None)
