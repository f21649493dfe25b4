"""Tables that the database keeps as they were written, whoever asks."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from ledger import triggers
from ledger.audit import record
from ledger.models import AuditRecord, Lease
from tests.factories import NOW
from tests.plugins.superuser import installed, superuser

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

AUDIT = {
    "postgresql": ["no_delete", "no_truncate", "no_update"],
    "sqlite": ["no_delete", "no_replace", "no_update"],
}
"""What keeps the audit trail, on each database."""

LEASE = ("token", "expires_at")


@pytest.fixture
def kept_lease(monkeypatch):
    """Declare columns of another table immutable, for one test."""
    monkeypatch.setattr(triggers, "_immutable", {})
    monkeypatch.setattr(triggers, "_append_only", set())
    monkeypatch.setattr(triggers, "_final", {})
    triggers.immutable("ledger_lease", ["token"])
    triggers.immutable("ledger_lease", LEASE)
    triggers.install()
    Lease.objects.create(resource="git", token=1, holder="alpha", expires_at=NOW)


def append(action="looked"):
    with transaction.atomic():
        return record(action, subject="target t", actor="penumbra", at=NOW)


def execute(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_trigger_that_must_be_there_is_there():
    names = [name for name, _ in installed()]

    assert names == triggers.expected(connection.vendor)
    assert {f"penumbra_ledger_auditrecord_{one}" for one in AUDIT[connection.vendor]} <= set(names)


def test_a_migration_puts_back_what_was_dropped():
    with connection.cursor() as cursor:
        for name, table in installed():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert installed() == []

    call_command("migrate", verbosity=0)

    assert [name for name, _ in installed()] == triggers.expected(connection.vendor)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_rebuilt_keeps_its_triggers():
    append()
    columns = AuditRecord._meta.get_field("reason"), AuditRecord._meta.get_field("role")
    with connection.schema_editor() as editor:
        editor.alter_field(AuditRecord, columns[1], _longer(columns[1], 60))

    call_command("migrate", verbosity=0)

    with pytest.raises(IntegrityError, match="append-only"):
        execute("DELETE FROM ledger_auditrecord")
    with connection.schema_editor() as editor:
        editor.alter_field(AuditRecord, _longer(columns[1], 60), columns[1])
    triggers.install()


def _longer(field, length):
    longer = field.clone()
    longer.max_length = length
    longer.set_attributes_from_name(field.name)
    longer.model = AuditRecord
    return longer


def test_what_nobody_declares_any_more_is_taken_away(kept_lease, monkeypatch):
    monkeypatch.setattr(triggers, "_immutable", {})

    triggers.install()

    assert installed() == []


@pytest.mark.parametrize(
    ("statement", "verb"),
    [
        ("UPDATE ledger_auditrecord SET actor = 'mallory'", "UPDATE"),
        ("UPDATE ledger_auditrecord SET actor = 'mallory' WHERE seq = 2", "UPDATE"),
        ("DELETE FROM ledger_auditrecord WHERE seq = 3", "DELETE"),
        ("DELETE FROM ledger_auditrecord", "DELETE"),
    ],
)
def test_raw_sql_cannot_change_the_audit_trail(statement, verb):
    for _ in range(3):
        append()
    before = list(AuditRecord.objects.values())

    with pytest.raises(IntegrityError, match=f"ledger_auditrecord is append-only: {verb} refused"):
        execute(statement)

    assert list(AuditRecord.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_the_trail_cannot_be_emptied_nor_a_record_be_replaced(uses_sqlite):
    append()
    columns = [field.column for field in AuditRecord._meta.concrete_fields]
    edited = [f"'{'f' * 64}'" if column == "hash" else column for column in columns]
    replace = f"REPLACE INTO ledger_auditrecord ({', '.join(columns)}) SELECT {', '.join(edited)}"

    with pytest.raises(IntegrityError, match=r"append-only: (TRUNCATE|REPLACE) refused"):
        execute(
            f"{replace} FROM ledger_auditrecord" if uses_sqlite else "TRUNCATE ledger_auditrecord"
        )

    assert AuditRecord.objects.get().action == "looked"


def test_the_applications_own_queries_cannot_either():
    entry = append()

    with pytest.raises(IntegrityError, match="UPDATE refused"), transaction.atomic():
        AuditRecord.objects.update(reason="other")
    entry.reason = "other"
    with pytest.raises(IntegrityError, match="UPDATE refused"), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError, match="DELETE refused"), transaction.atomic():
        entry.delete()


def test_who_owns_the_database_can_and_the_triggers_are_back_afterwards():
    append()

    with superuser():
        AuditRecord.objects.update(reason="edited")

    assert AuditRecord.objects.get().reason == "edited"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditRecord.objects.update(reason="again")


@pytest.mark.parametrize("column", LEASE)
def test_an_immutable_column_keeps_what_it_was_inserted_with(kept_lease, column):
    other = {"token": 2, "expires_at": NOW.replace(year=2030)}[column]

    with (
        pytest.raises(IntegrityError, match=f"ledger_lease.{column} never changes"),
        transaction.atomic(),
    ):
        Lease.objects.update(**{column: other})

    assert (Lease.objects.get().token, Lease.objects.get().expires_at) == (1, NOW)


def test_the_other_columns_of_such_a_row_change_and_the_row_may_go(kept_lease):
    Lease.objects.update(holder="beta", token=1)
    assert Lease.objects.get().holder == "beta"

    Lease.objects.all().delete()

    assert not Lease.objects.exists()


def test_such_a_row_is_not_replaced_under_its_key(kept_lease, uses_sqlite):
    verb = "REPLACE" if uses_sqlite else "INSERT"

    with pytest.raises(IntegrityError):
        execute(
            f"{verb} INTO ledger_lease (resource, token, holder, expires_at, seconds)"
            " VALUES ('git', 7, 'alpha', '2026-03-02 12:00:00', 30)"
        )

    assert Lease.objects.get().token == 1


def test_a_value_that_is_final_is_not_left_and_all_else_may_change(kept_lease):
    triggers.final("ledger_lease", "holder", ("gone", "dead"))
    triggers.install()
    Lease.objects.update(holder="beta")
    Lease.objects.update(holder="dead")
    Lease.objects.update(holder="dead", seconds=7)

    with pytest.raises(IntegrityError, match=r"ledger_lease\.holder: nothing leaves"):
        execute("UPDATE ledger_lease SET holder = 'beta'")

    assert (Lease.objects.get().holder, Lease.objects.get().seconds) == ("dead", 7)


def test_a_final_column_that_no_model_has_is_refused(monkeypatch):
    monkeypatch.setattr(triggers, "_final", {})
    triggers.final("ledger_lease", "holdr", ("dead",))

    with pytest.raises(triggers.UnknownName, match="holdr"):
        triggers.install()


@pytest.mark.parametrize(
    ("table", "columns"), [("ledger_lease", ["tokn"]), ("no_such_table", ["token"])]
)
def test_a_name_that_no_model_has_is_refused(monkeypatch, table, columns):
    monkeypatch.setattr(triggers, "_immutable", {})
    triggers.immutable(table, columns)

    with pytest.raises(triggers.UnknownName, match=r"tokn|no_such_table"):
        triggers.install()
