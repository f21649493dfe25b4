"""How much room tables take, as the database itself counts it: rows, indices and free space."""

from __future__ import annotations

from django.db import OperationalError, connection

_TABLES = {
    "postgresql": "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
    "sqlite": "SELECT tbl_name, sum(pgsize) FROM sqlite_master"
    " JOIN dbstat ON dbstat.name = sqlite_master.name WHERE aggregate = 1 GROUP BY tbl_name",
}
_WHOLE = {
    "postgresql": "SELECT pg_database_size(current_database())",
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
}
SIZE_OF = {"postgresql": "pg_column_size", "sqlite": "length"}
"""The function that tells how many bytes a value takes where it is stored."""


def table_sizes() -> dict[str, int]:
    """Return the bytes of every table with its indices; {} where this SQLite counts no pages."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(_TABLES[connection.vendor])
        except OperationalError as error:
            if "no such table" not in str(error):
                raise
            return {}  # a SQLite built without SQLITE_ENABLE_DBSTAT_VTAB
        return {name: int(size) for name, size in cursor.fetchall()}


def database_size() -> int:
    """Return the bytes of the whole database, with what belongs to no table of ours."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE[connection.vendor])
        return int(cursor.fetchone()[0])
