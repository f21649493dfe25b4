"""The triggers' text on each database. Pure: names in, statements out.

PostgreSQL compares rows as JSON inside one function, not in the trigger's WHEN: a column that a
WHEN names cannot change its type any more. For INSERT OR REPLACE SQLite deletes without asking the
triggers on DELETE (https://sqlite.org/lang_conflict.html), so the insert itself is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PREFIX = "penumbra_"

INSTALLED = {
    "postgresql": (
        "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND starts_with(tgname, 'penumbra_')"
        " AND pg_table_is_visible(tgrelid)"
    ),
    "sqlite": (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        " AND substr(name, 1, 9) = 'penumbra_'"
    ),
}
"""Asks for the name and table of every trigger of ours."""

_REFUSE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
        MESSAGE = format('%s is append-only: %s refused', TG_TABLE_NAME, TG_OP);
END $$
"""
_REFUSE_CHANGE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY TG_ARGV LOOP
        IF to_jsonb(OLD) -> kept IS DISTINCT FROM to_jsonb(NEW) -> kept THEN
            RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
                MESSAGE = format('%s.%s never changes once it is written', TG_TABLE_NAME, kept);
        END IF;
    END LOOP;
    RETURN NEW;
END $$
"""
_REFUSE_EXIT = f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse_exit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := to_jsonb(OLD) ->> TG_ARGV[0];
BEGIN
    IF before = ANY (TG_ARGV[1:]) AND before IS DISTINCT FROM to_jsonb(NEW) ->> TG_ARGV[0] THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = format('%s.%s: nothing leaves %s', TG_TABLE_NAME, TG_ARGV[0], before);
    END IF;
    RETURN NEW;
END $$
"""
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "postgresql": (_REFUSE, _REFUSE_CHANGE, _REFUSE_EXIT),
    "sqlite": (),
}


def append_only(vendor: str, table: str, keys: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return {name: statement} of the triggers that keep every row as it was inserted.

    Shapes
        keys    the sets of columns that are unique in the table
    """
    if vendor == "postgresql":
        return {
            f"{PREFIX}{table}_no_{verb}": (
                f"CREATE OR REPLACE TRIGGER {PREFIX}{table}_no_{verb} BEFORE {verb.upper()}"
                f' ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse()'
            )
            for verb in ("update", "delete", "truncate")
        }
    found = {
        f"{PREFIX}{table}_no_{verb}": _abort(
            f"{PREFIX}{table}_no_{verb}",
            f'BEFORE {verb.upper()} ON "{table}"',
            f"{table} is append-only: {verb.upper()} refused",
        )
        for verb in ("update", "delete")
    }
    return found | _no_replace(table, keys, f"{table} is append-only: REPLACE refused")


def immutable(vendor: str, table: str, columns: Iterable[str], primary_key: str) -> dict[str, str]:
    """Return {name: statement} of the triggers that keep columns as they were inserted."""
    name = f"{PREFIX}{table}_fixed"
    if vendor == "postgresql":
        names = ", ".join(f"'{column}'" for column in columns)
        return {
            name: (
                f'CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON "{table}"'
                f" FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse_change({names})"
            )
        }
    found = {
        f"{name}_{column}": _abort(
            f"{name}_{column}",
            f'BEFORE UPDATE ON "{table}" WHEN OLD."{column}" IS NOT NEW."{column}"',
            f"{table}.{column} never changes once it is written",
        )
        for column in columns
    }
    return found | _no_replace(table, [[primary_key]], f"{table} keeps its rows: REPLACE refused")


def final(vendor: str, table: str, column: str, values: Sequence[str]) -> dict[str, str]:
    """Return {name: statement} of the trigger that lets a column keep any of these values."""
    name = f"{PREFIX}{table}_final"
    listed = ", ".join(f"'{value}'" for value in values)
    if vendor == "postgresql":
        return {
            name: (
                f'CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON "{table}"'
                f" FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse_exit('{column}', {listed})"
            )
        }
    left = f'OLD."{column}" IN ({listed}) AND OLD."{column}" IS NOT NEW."{column}"'
    text = f"{table}.{column}: nothing leaves its last value"
    return {name: _abort(name, f'BEFORE UPDATE ON "{table}" WHEN {left}', text)}


def drop(vendor: str, name: str, table: str) -> str:
    """Return the statement that takes a trigger away."""
    return f'DROP TRIGGER {name} ON "{table}"' if vendor == "postgresql" else f"DROP TRIGGER {name}"


def _no_replace(table: str, keys: Sequence[Sequence[str]], text: str) -> dict[str, str]:
    """Return the trigger that refuses to put a row where another one is (SQLite)."""
    taken = " OR ".join(
        "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in key) + ")" for key in keys
    )
    name = f"{PREFIX}{table}_no_replace"
    one = f'SELECT 1 FROM "{table}" WHERE {taken}'  # noqa: S608  (names of our own models)
    when = f'BEFORE INSERT ON "{table}" WHEN EXISTS ({one})'
    return {name: _abort(name, when, text)}


def _abort(name: str, when: str, text: str) -> str:
    """Return a trigger of SQLite that refuses with a text."""
    return f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{text}'); END"
