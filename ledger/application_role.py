"""The database role of the application: it may not switch off what the database keeps.

Theory. Triggers keep the audit trail against whoever has the application's password only as long as
that role owns no table: an owner may drop a trigger, a superuser may pass all of them. So the
tables belong to one role, that of the migrations, and the application is another one, which is
given what it needs after every migration: rows of all tables, but no UPDATE, DELETE or TRUNCATE
where rows stay as they were inserted. (https://www.postgresql.org/docs/16/ddl-priv.html)
"""

from __future__ import annotations

from dataclasses import dataclass

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from psycopg import sql

from ledger import triggers

READ_ONLY = ("django_migrations",)
"""Tables that only a migration writes."""

TRAIL = "ledger_auditrecord"
_HOLDER = """
SELECT role.rolsuper, pg_has_role(current_user, kept.relowner, 'MEMBER'), current_user
FROM pg_roles AS role, pg_class AS kept
WHERE role.rolname = current_user AND kept.oid = to_regclass(%s)
"""
_ROLE = "SELECT rolsuper FROM pg_roles WHERE rolname = %s"


@dataclass(frozen=True, slots=True)
class _Role:
    """The application's role, as its DATABASE_URL says."""

    name: str
    password: str


def grant_after_migrate(*, using: str, **_: object) -> None:
    """Receive Django's `post_migrate`: give the application's role its rights anew."""
    grant(settings.APPLICATION_DATABASE_URL, using=using)


def grant(url: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the role of `url` where it is missing, and give it its rights; nothing without one.

    Errors
        ImproperlyConfigured    the role is a superuser, the one that migrates, or has no name
    """
    if not url or connections[using].vendor != "postgresql":
        return
    parsed = dj_database_url.parse(url)
    role = _Role(str(parsed.get("USER") or ""), str(parsed.get("PASSWORD") or ""))
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database(), current_schema()")
        owner, database, schema = cursor.fetchone()
        cursor.execute(_ROLE, [role.name])
        found = cursor.fetchone()
        _refuse(role, owner, is_superuser=bool(found and found[0]))
        for statement in (_login(role, is_there=bool(found)), *_rights(role, database, schema)):
            cursor.execute(statement)


def why_not_kept() -> str:
    """Return why whoever has this process' database password could edit the trail; "" if not.

    On SQLite the file is the application's own, which is for trying and for small fleets.
    """
    if connection.vendor != "postgresql":
        return "The database is a file that belongs to Penumbra: whoever can write it can edit it."
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER, [TRAIL])
        is_superuser, is_owner, name = cursor.fetchone() or (False, False, "")
    if not is_superuser and not is_owner:
        return ""
    what = "is a superuser" if is_superuser else "owns the tables"
    return f"Penumbra's database role {name} {what}: whoever has its password can edit the trail."


def _refuse(role: _Role, owner: str, *, is_superuser: bool) -> None:
    """Refuse a role that could do more than it may."""
    setting = "PENUMBRA_APPLICATION_DATABASE_URL"
    if not role.name:
        raise ImproperlyConfigured(f"{setting} names no role. Write postgres://ROLE:PASSWORD@…")
    if role.name == owner:
        raise ImproperlyConfigured(
            f"{setting} names {owner}, which migrates and owns the tables. Name another role."
        )
    if is_superuser:
        raise ImproperlyConfigured(
            f"{setting} names {role.name}, a superuser. Name a role that is none."
        )


def _login(role: _Role, *, is_there: bool) -> sql.Composed:
    """Return the statement that makes the role or gives it its present password."""
    verb = "ALTER" if is_there else "CREATE"
    text = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}")
    return text.format(sql.Identifier(role.name), sql.Literal(role.password or None))


def _rights(role: _Role, database: str, schema: str) -> list[sql.Composed]:
    """Return the statements that give the role what it needs and take what it must not have."""
    kept = [table for table in triggers.append_only_tables() if _is_there(table)]
    texts = [
        "GRANT CONNECT ON DATABASE {database} TO {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        *("REVOKE UPDATE, DELETE, TRUNCATE ON {" + table + "} FROM {role}" for table in kept),
        *("REVOKE INSERT, UPDATE, DELETE ON {" + table + "} FROM {role}" for table in READ_ONLY),
    ]
    names = {"role": role.name, "database": database, "schema": schema}
    names |= {table: table for table in (*kept, *READ_ONLY)}
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    return [sql.SQL(text).format(**identifiers) for text in texts]


def _is_there(table: str) -> bool:
    """Say whether a migration has made a table already."""
    with connection.cursor() as cursor:
        return table in connection.introspection.table_names(cursor)
