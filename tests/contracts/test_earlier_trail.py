"""A trail of an earlier version goes on under the present one, and is kept like the rest."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from ledger import triggers
from ledger.audit import link
from ledger.chain import ChainBroken, walk
from ledger.models import AuditRecord
from tests.factories import NOW
from tests.ledger.trail import append, edit
from tests.plugins.superuser import installed

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

BEFORE = [("ledger", "0002_wider_texts")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def latest():
    return list(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.fixture
def earlier():
    """The tables as the earlier version had them; the present ones are back afterwards."""
    yield migrate(BEFORE)
    migrate(latest())
    triggers.install()


def chain_of_the_first_scheme(count):
    """Return records that hang together as the earlier version would have written them."""
    before, entries = "0" * 64, []
    for seq in range(1, count + 1):
        entry = AuditRecord(
            seq=seq, at=NOW, actor="alice", action="looked", subject="target t", prev_hash=before
        )
        entry.hash = before = link(entry)
        entries.append(entry)
    return entries


def test_an_earlier_trail_is_whole_and_grows_and_an_edit_of_it_is_found(earlier):
    entries = chain_of_the_first_scheme(3)
    columns = [field.name for field in earlier.get_model("ledger", "AuditRecord")._meta.fields]
    for entry in entries:
        values = {name: getattr(entry, name) for name in columns}
        earlier.get_model("ledger", "AuditRecord").objects.create(**values)
    earlier.get_model("ledger", "AuditHead").objects.create(id=1, seq=3, hash=entries[-1].hash)

    migrate(latest())
    triggers.install()

    assert [name for name, _ in installed()] == triggers.expected(connection.vendor)
    append(2)
    assert walk().position.seq == 5
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(seq=1).update(reason="edited")
    edit(1, reason="edited")
    with pytest.raises(ChainBroken, match="Record 1 was edited"):
        walk()
