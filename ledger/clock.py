"""The one clock: the database's. Processes disagree about the time; rows must not."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

_NOW = {
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
}


def database_now() -> datetime:
    """Return the database's wall clock as an aware datetime in UTC.

    Read once per operation at the edge (view, task, command) and passed on as `now`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOW[connection.vendor])
        value = cursor.fetchone()[0]
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
