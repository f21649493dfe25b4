"""The application's role: rows of its tables, and nothing that could change the trail."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction

from ledger.application_role import grant, why_not_kept
from ledger.models import AuditRecord, Outbox
from tests.factories import NOW
from tests.ledger.trail import append

pytestmark = pytest.mark.django_db


NO_PRIVILEGE = "42501"


def name():
    """Return a role's name; roles belong to the whole server, so each test database has its own."""
    return f"app_of_{connection.settings_dict['NAME']}"


def url():
    return f"postgres://{name()}:secret@127.0.0.1/any"


def run(*statements):
    """Run SQL as whoever we are now."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def role(transactional_db):
    """Give the role its rights; it is gone at the end."""
    grant(url())
    yield name()
    run(f"DROP OWNED BY {name()}", f"DROP ROLE {name()}")


@contextmanager
def as_application():
    """Be the application in this block."""
    with transaction.atomic():
        run(f"SET LOCAL ROLE {name()}")
        yield
        run("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_auditrecord SET reason = 'never'",
        "DELETE FROM ledger_auditrecord",
        "TRUNCATE ledger_auditrecord",
        "ALTER TABLE ledger_auditrecord DISABLE TRIGGER ALL",
        "DROP TRIGGER penumbra_ledger_auditrecord_no_update ON ledger_auditrecord",
        "DROP TABLE ledger_auditrecord",
        "SET session_replication_role = replica",
        "DELETE FROM rollouts_approval",
        "UPDATE rollouts_promotionmember SET target_id = target_id",
        "CREATE FUNCTION penumbra_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', 'x', now())",
    ],
)
def test_the_application_cannot_change_what_is_kept(role, statement):
    append(2)

    with pytest.raises(ProgrammingError) as refused, as_application():
        run(statement)

    assert isinstance(refused.value.__cause__, psycopg.Error)
    assert refused.value.__cause__.sqlstate == NO_PRIVILEGE, refused.value
    assert AuditRecord.objects.count() == 2


def test_the_application_appends_and_works_with_other_rows(role):
    append(1)

    with as_application():
        append(1)
        Outbox.objects.create(dedupe_key="a", kind="b", payload={}, next_at=NOW, created_at=NOW)
        Outbox.objects.update(attempts=1)
        Outbox.objects.all().delete()
        kept = why_not_kept()

    assert AuditRecord.objects.count() == 2
    assert kept == ""


def test_whoever_owns_the_tables_is_told_that_the_trail_can_be_edited(db):
    assert "is a superuser: whoever has its password can edit the trail." in why_not_kept()


def test_rights_are_given_as_often_as_one_migrates(role):
    grant(url())

    with as_application():
        append(1)


@pytest.mark.parametrize(
    ("unfit", "words"),
    [
        ("postgres://127.0.0.1/any", "names no role"),
        ("postgres://postgres@127.0.0.1/any", "which migrates and owns the tables"),
    ],
)
def test_a_role_that_could_do_more_is_refused(db, unfit, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        grant(unfit)


def test_a_superuser_is_refused(role):
    run(f"ALTER ROLE {name()} SUPERUSER")

    with pytest.raises(ImproperlyConfigured, match="a superuser"):
        grant(url())


def test_without_a_second_role_nothing_is_given(db):
    grant("")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [name()])
        assert cursor.fetchone() == (0,)
