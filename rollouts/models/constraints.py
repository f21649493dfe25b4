"""A constraint that Django has no word for: a foreign key over more than one column.

Theory. It is written inline, in CREATE TABLE, so that PostgreSQL and SQLite take the same SQL and
a rebuild of the table, which is how SQLite changes one, writes it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TAKEN_AWAY = "ALTER TABLE {table} DROP CONSTRAINT {name}"
Editor = BaseDatabaseSchemaEditor
Quote = Callable[[str], str]


def _certain(
    model: type[models.Model] | None, schema_editor: Editor | None
) -> tuple[type[models.Model], Quote]:
    """Return the model and its editor's way to quote names; Django always gives both."""
    if model is None or schema_editor is None:
        raise TypeError("a constraint is written for a table of a database")
    return model, schema_editor.quote_name


class CompositeForeignKey(models.BaseConstraint):
    """FOREIGN KEY (columns) REFERENCES table (its columns); the referred columns are unique."""

    def __init__(
        self, *, fields: tuple[str, ...], to: str, to_columns: tuple[str, ...], name: str
    ) -> None:
        """Take field names of the table itself, and table and column names of the other."""
        super().__init__(name=name)
        self.fields, self.to, self.to_columns = tuple(fields), to, tuple(to_columns)

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: Editor | None) -> str:
        """Return the clause of CREATE TABLE."""
        table, quote = _certain(model, schema_editor)
        columns = {field.name: str(field.column) for field in table._meta.concrete_fields}
        own = ", ".join(quote(columns[name]) for name in self.fields)
        theirs = ", ".join(quote(name) for name in self.to_columns)
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({own}) "
            f"REFERENCES {quote(self.to)} ({theirs}) DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: Editor | None) -> str:
        """Return the statement that adds it to a table that exists."""
        table, quote = _certain(model, schema_editor)
        clause = self.constraint_sql(model, schema_editor)
        return f"ALTER TABLE {quote(table._meta.db_table)} ADD {clause}"

    def remove_sql(self, model: type[models.Model] | None, schema_editor: Editor | None) -> str:
        """Return the statement that takes it away."""
        table, quote = _certain(model, schema_editor)
        return TAKEN_AWAY.format(table=quote(table._meta.db_table), name=quote(self.name))

    def validate(self, *args: object, **kwargs: object) -> None:
        """Leave it to the database, which alone sees both tables at once."""

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return how a migration writes it down."""
        path, _, kwargs = super().deconstruct()
        mine = {"fields": self.fields, "to": self.to, "to_columns": self.to_columns}
        return path, (), {**kwargs, **mine}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CompositeForeignKey):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]
