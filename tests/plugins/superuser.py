"""What only the owner of a database can do: write past the triggers.

The reset between tests empties tables that nobody else may empty; tests of the trail edit it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from ledger import trigger_sql, triggers

REPLICA = "SET LOCAL session_replication_role = replica"
ORIGIN = "SET LOCAL session_replication_role = origin"

_NO_RECORD = {
    "postgresql": [
        "CREATE OR REPLACE FUNCTION no_record() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no room for a record'; END $$",
        "CREATE TRIGGER no_record BEFORE INSERT ON ledger_auditrecord"
        " FOR EACH ROW EXECUTE FUNCTION no_record()",
    ],
    "sqlite": [
        "CREATE TRIGGER no_record BEFORE INSERT ON ledger_auditrecord"
        " BEGIN SELECT RAISE(ABORT, 'no room for a record'); END"
    ],
}

_flush = BaseDatabaseOperations.execute_sql_flush


def installed() -> list[tuple[str, str]]:
    """Return the name and the table of every trigger of ours that the database has, by name."""
    with connection.cursor() as cursor:
        cursor.execute(trigger_sql.INSTALLED[connection.vendor])
        return sorted(cursor.fetchall())


def _off() -> list[str]:
    """Return the statements that switch the triggers off."""
    if connection.vendor == "postgresql":
        return [REPLICA]
    return [trigger_sql.drop("sqlite", name, table) for name, table in installed()]


def _on() -> None:
    """Switch the triggers on again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(ORIGIN)
    else:
        triggers.install()


@contextmanager
def superuser() -> Iterator[None]:
    """Write in this block as the owner of the database may."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in _off():
                cursor.execute(statement)
        yield
        _on()


def _empty(operations: BaseDatabaseOperations, statements: list[str]) -> None:
    """Run Django's statements that empty every table."""
    _flush(operations, [*_off(), *statements])
    with transaction.atomic():
        _on()


@contextmanager
def reset_past_triggers() -> Iterator[None]:
    """Let Django's reset between tests empty append-only tables as well."""
    with mock.patch.object(BaseDatabaseOperations, "execute_sql_flush", _empty):
        yield


@contextmanager
def audit_insert_refused() -> Iterator[None]:
    """Let the database refuse every new audit record in this block, as a full disk would."""
    with connection.cursor() as cursor:
        for statement in _NO_RECORD[connection.vendor]:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(trigger_sql.drop(connection.vendor, "no_record", "ledger_auditrecord"))
