"""Tables that the database itself keeps as they were written.

Theory. Code that only appends can still be wrong, and whoever has the application's password need
not use its code. So the tables refuse by triggers, which are put back after every migration: SQLite
drops them when it rebuilds a table. An app says what it keeps in its `AppConfig.ready`:

    triggers.append_only("ledger_auditrecord")
    triggers.immutable("rollouts_promotion", ("from_mode", "requested_by_id"))
    triggers.final("rollouts_promotion", "state", ("done", "failed"))

A superuser can switch triggers off; what they then edit in the audit trail breaks its chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger import trigger_sql

_append_only: set[str] = set()
_immutable: dict[str, tuple[str, ...]] = {}
_final: dict[str, tuple[str, tuple[str, ...]]] = {}


class UnknownName(Exception):
    """A table or column is to be kept that no model has."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the triggers of one table must know of it: columns, and sets of them that are unique."""

    columns: frozenset[str]
    primary_key: str
    keys: tuple[tuple[str, ...], ...]


def append_only(table: str) -> None:
    """Declare that rows of a table are inserted and then stay: no UPDATE, DELETE or TRUNCATE."""
    _append_only.add(table)


def immutable(table: str, columns: Iterable[str]) -> None:
    """Declare columns that keep what a row was inserted with; others may change, rows may go.

    Shapes
        columns     names in the database: "requested_by_id", not "requested_by"
    """
    _immutable[table] = tuple(dict.fromkeys((*_immutable.get(table, ()), *columns)))


def final(table: str, column: str, values: Iterable[str]) -> None:
    """Declare values of a column that no row leaves once it has come to them."""
    _final[table] = (column, tuple(values))


def append_only_tables() -> tuple[str, ...]:
    """Return the tables whose rows stay as they were inserted."""
    return tuple(sorted(_append_only))


def expected(vendor: str) -> list[str]:
    """Return the names of the triggers that a database of this kind must have."""
    return sorted(_statements(vendor))


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put every declared trigger in place, and take away those that nobody declares any more.

    It may run any number of times. What lies ahead in migrations not applied yet is left out.

    Errors
        UnknownName     a declared table or column that no model has
    """
    connection = connections[using]
    there = _columns_there(connection)
    wanted = _statements(connection.vendor, there)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(trigger_sql.INSTALLED[connection.vendor])
        for name, table in cursor.fetchall():
            if name not in wanted or connection.vendor == "sqlite":
                cursor.execute(trigger_sql.drop(connection.vendor, name, table))
        for statement in (*trigger_sql.FUNCTIONS[connection.vendor], *wanted.values()):
            cursor.execute(statement)


def install_after_migrate(*, using: str, **_: object) -> None:
    """Receive Django's `post_migrate`."""
    install(using)


def _statements(vendor: str, there: dict[str, set[str]] | None = None) -> dict[str, str]:
    """Return {name of a trigger: statement that makes it}, for the tables and columns there."""
    found: dict[str, str] = {}
    for table in sorted(_append_only):
        if there is None or table in there:
            found |= trigger_sql.append_only(vendor, table, _shape(table).keys)
    for table, columns in sorted(_immutable.items()):
        shape = _shape(table)
        if unknown := set(columns) - shape.columns:
            raise UnknownName(f"{table} has no column {', '.join(sorted(unknown))}")
        kept = columns if there is None else [c for c in columns if c in there.get(table, ())]
        if kept:
            found |= trigger_sql.immutable(vendor, table, kept, shape.primary_key)
    return found | _last_values(vendor, there)


def _last_values(vendor: str, there: dict[str, set[str]] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, (column, values) in sorted(_final.items()):
        if column not in _shape(table).columns:
            raise UnknownName(f"{table} has no column {column}")
        if there is None or column in there.get(table, ()):
            found |= trigger_sql.final(vendor, table, column, values)
    return found


def _shape(table: str) -> Shape:
    """Return the shape of a table as its model says it."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.db_table == table:
            return Shape(
                columns=frozenset(_columns(options.local_concrete_fields)),
                primary_key=_columns([options.pk])[0],
                keys=_keys(model),
            )
    raise UnknownName(f"no model has the table {table}")


def _keys(model: type[models.Model]) -> tuple[tuple[str, ...], ...]:
    """Return each set of columns that is unique over all rows."""
    options = model._meta
    single = [_columns([field]) for field in options.local_concrete_fields if field.unique]
    several = [
        _columns(options.get_field(name) for name in constraint.fields)
        for constraint in options.total_unique_constraints
    ]
    return (*single, *several)


def _columns(fields: Iterable[object]) -> tuple[str, ...]:
    """Return the names in the database of a model's own fields."""
    return tuple(str(field.column) for field in fields if isinstance(field, models.Field))


def _columns_there(connection: BaseDatabaseWrapper) -> dict[str, set[str]]:
    """Return {table: columns} of the declared tables that the database has already."""
    declared = _append_only | set(_immutable) | set(_final)
    with connection.cursor() as cursor:
        tables = declared & set(connection.introspection.table_names(cursor))
        return {
            table: {
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
            }
            for table in tables
        }
