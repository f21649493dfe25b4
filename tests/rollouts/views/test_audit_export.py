"""The trail as files: complete, streamed, and harmless in a spreadsheet."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from ledger.audit import link
from ledger.models import AuditRecord
from rollouts.queries import audit_export
from tests.factories import UserFactory
from tests.rollouts.views.records import append, exported, table, viewer

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def vera():
    return viewer()


def test_a_json_line_holds_all_that_a_hash_covers(vera):
    bob = UserFactory.create(username="bob")
    entry = append(actor=bob, before={"mode": "é"}, after=[1, None], reason="why", role="approver")

    fields = exported(vera, seq=entry.seq)[0]

    person_id = fields.pop("actor_user")
    assert person_id == bob.pk
    again = AuditRecord(**fields | {"at": entry.at}, actor_user_id=person_id)
    assert link(again) == entry.hash == fields["hash"]
    assert fields["at"] == "2026-03-02T12:00:00.000000+00:00"


def test_a_table_has_a_header_and_a_line_a_record(vera):
    entry = append(before={"mode": "a"}, reason='with "quotes", commas\nand lines')

    header, line = table(vera, seq=entry.seq)

    assert tuple(header) == audit_export.COLUMNS
    cells = dict(zip(header, line, strict=True))
    assert cells["reason"] == 'with "quotes", commas\nand lines'
    assert (cells["before"], cells["after"], cells["seq"]) == (
        '{"mode": "a"}',
        "",
        str(entry.seq),
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"])  # noqa: RUF001
@pytest.mark.parametrize("column", ["reason", "actor", "subject", "after"])
def test_no_cell_of_the_table_is_run_by_a_spreadsheet(vera, column, start):
    evil = f"{start}cmd|' /C calc'!A0"
    entry = append(**{column: evil})

    header, line = table(vera, seq=entry.seq)

    assert dict(zip(header, line, strict=True))[column] == f"'{evil}"


def test_the_other_file_is_not_escaped(vera):
    entry = append(reason="=1+1")

    assert exported(vera, seq=entry.seq)[0]["reason"] == "=1+1"


@pytest.mark.parametrize(
    ("name", "kind", "file"),
    [
        ("audit-csv", "text/csv; charset=utf-8", "penumbra-audit.csv"),
        ("audit-json", "application/x-ndjson", "penumbra-audit.jsonl"),
    ],
)
def test_a_file_is_streamed_in_batches_and_saved_under_its_name(
    vera, monkeypatch, name, kind, file
):
    monkeypatch.setattr(audit_export, "BATCH", 4)
    append(count=21)

    response = vera.get(reverse(name))

    assert response.streaming
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{file}"'
    assert response["Cache-Control"] == "no-store"
    text = b"".join(response).decode()
    assert text.count("\n") == AuditRecord.objects.count() + (name == "audit-csv")


def test_a_file_ends_with_what_was_there_when_it_was_asked_for(vera):
    append(count=3)
    last = AuditRecord.objects.latest("seq").seq
    lines = iter(vera.get(reverse("audit-json")))
    next(lines)

    append(count=3)

    assert json.loads(list(lines)[-1])["seq"] == last
