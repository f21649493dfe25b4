"""The audit page: what was decided and refused, filtered, paged and exported."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.audit import link, record
from ledger.audit_check import check_on
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.permissions.roles import Role
from rollouts.queries import audit_export, audit_page
from tests.factories import NOW, UserFactory
from tests.plugins.superuser import superuser
from tests.rollouts.stage import collector_beats, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def vera():
    collector_beats()
    return signed_in(person("vera", Role.VIEWER))


def append(action="target_set_aside", count=1, **more):
    with transaction.atomic():
        for _ in range(count):
            entry = record(action, **{"subject": "target t", "actor": "alice", "at": NOW, **more})
    return entry


def body(client, name="audit", **query):
    response = client.get(reverse(name), query)
    assert response.status_code == HTTPStatus.OK
    return b"".join(response).decode()


def seqs(client, **query):
    """Return the numbers of the records that the page shows, in its order."""
    return [int(seq) for seq in re.findall(r'<li id="record-(\d+)"', body(client, **query))]


def exported(client, **query):
    return [json.loads(line) for line in body(client, "audit-json", **query).splitlines()]


def table(client, **query):
    return list(csv.reader(io.StringIO(body(client, "audit-csv", **query), newline="")))


def test_records_stand_newest_first_with_who_what_and_why(vera):
    append("target_set_aside", reason="being rebuilt", subject="target routesrv/test/kube-1")
    last = append("approval_refused", actor="mallory", reason="You asked for it yourself.")

    text = body(vera)

    assert seqs(vera)[:2] == [last.seq, last.seq - 1]
    for words in ("being rebuilt", "target routesrv/test/kube-1", "mallory", "target set aside"):
        assert words in text
    assert re.search(r'class="state is-refused">.*?approval refused<', text)


def test_what_changed_stands_line_by_line_and_folded_away(vera):
    append(before={"mode": "shadow"}, after={"mode": "exec"})

    text = body(vera)

    assert "<details>" in text
    assert "<del>  &quot;mode&quot;: &quot;shadow&quot;</del>" in text
    assert "<ins>  &quot;mode&quot;: &quot;exec&quot;</ins>" in text


def test_one_record_alone_is_open(vera):
    append(count=3)

    assert seqs(vera, seq=2) == [2]
    assert "<details open>" in body(vera, seq=2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"actor": "ALI"}, ["one"]),
        ({"action": "set_aside"}, ["one"]),
        ({"action": "aside"}, []),
        ({"subject": "KUBE-2"}, ["two"]),
        ({"q": "rebuilt"}, ["one"]),
        ({"q": "exec"}, ["two"]),
        ({"q": "Grüße"}, ["three"]),
        ({"q": 'say "hi"'}, ["three"]),
        ({"q": "100%"}, ["three"]),
        ({"q": "approver"}, ["two"]),
        ({"since": "2026-03-02T13:00"}, ["two", "three"]),
        ({"until": "2026-03-02T13:00"}, ["one", "two"]),
        ({"until": "2026-03-02T13:00+01:00"}, ["one"]),
        ({"until": "2026-03-02"}, ["one", "two", "three"]),
        ({"since": "2026-03-03"}, []),
        ({"since": "2026-03-02T12:30", "until": "2026-03-02T13:30", "actor": "bob"}, ["two"]),
        ({"actor": "alice", "subject": "kube-2"}, []),
    ],
)
def test_a_filter_leaves_what_it_says_on_the_page_and_in_both_files(vera, query, found):
    start = append("start").seq
    named = {
        "one": append("set_aside", reason="being rebuilt", subject="kube-1"),
        "two": append(
            "approved", actor="bob", role="approver", subject="kube-2", after={"mode": "exec"},
            at=NOW + timedelta(hours=1, seconds=30),
        ),
        "three": append(
            "noted", actor="carol", subject="kube-3", after=['Grüße, say "hi", 100%'],
            at=NOW + timedelta(hours=2),
        ),
    }  # fmt: skip
    wanted = [named[name].seq for name in found]

    assert [seq for seq in seqs(vera, **query) if seq > start] == wanted[::-1]
    assert [row["seq"] for row in exported(vera, **query) if row["seq"] > start] == wanted
    numbers = [int(row[0]) for row in table(vera, **query)[1:]]
    assert [seq for seq in numbers if seq > start] == wanted


@pytest.mark.parametrize("name", ["since", "until"])
def test_a_time_that_is_none_narrows_nothing_and_is_told(vera, name):
    append()

    text = body(vera, **{name: "next week"})

    assert "this is no time, so it narrows nothing" in text
    assert len(seqs(vera, **{name: "next week"})) == AuditRecord.objects.count()


def test_pages_follow_the_numbers_also_while_records_are_appended(vera, monkeypatch):
    monkeypatch.setattr(audit_page, "PAGE_SIZE", 3)
    append(count=8, subject="mine")
    last = AuditRecord.objects.latest("seq").seq

    first = seqs(vera, subject="mine")
    append(count=2, subject="mine")
    second = seqs(vera, subject="mine", before=first[-1])
    third = seqs(vera, subject="mine", before=second[-1])

    assert first + second + third == list(range(last, last - 8, -1))
    assert seqs(vera, subject="mine", after=third[0]) == second
    assert seqs(vera, subject="mine", after=last) == [last + 2, last + 1, last]


def test_a_page_links_to_its_neighbours_and_keeps_the_filter(vera, monkeypatch):
    monkeypatch.setattr(audit_page, "PAGE_SIZE", 3)
    append(count=8, subject="mine")
    last = AuditRecord.objects.latest("seq").seq

    text = body(vera, subject="mine", before=last - 2)

    assert f'rel="prev" href="?subject=mine&amp;after={last - 3}"' in text
    assert f'rel="next" href="?subject=mine&amp;before={last - 5}"' in text
    assert 'rel="prev"' not in body(vera, subject="mine")
    assert 'rel="next"' not in body(vera, subject="mine", before=last - 5)


def test_a_large_count_is_not_counted_to_the_end(vera, monkeypatch):
    monkeypatch.setattr(audit_page, "COUNTED", 4)
    append(count=9)

    assert "More than 4 records" in body(vera)


def test_an_empty_answer_says_why(vera):
    assert "No record matches" in body(vera, q="nowhere")


def test_the_page_says_how_far_the_trail_was_verified(vera):
    append(count=3)
    assert "not verified yet" in body(vera)

    state = check_on(now=database_now())

    assert f"verified up to record {state.verified_seq}" in body(vera)
    check_on(now=database_now() - timedelta(minutes=11))
    assert "not verified of late" in body(vera)


def test_a_broken_trail_is_a_red_strip_on_every_page_and_in_the_polled_frame(vera):
    entry = append()
    for path in ("/", "/audit/", "/frame/"):
        assert "The audit trail is broken" not in vera.get(path).content.decode()
    with superuser():
        AuditRecord.objects.filter(seq=entry.seq).update(reason="edited")
    check_on(now=database_now())

    for path in ("/", "/audit/", "/frame/"):
        text = vera.get(path).content.decode()
        strip = text.partition('class="strip is-differs" role="alert"')[2]
        assert f"Record {entry.seq} was edited" in strip


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


@pytest.mark.parametrize("parameter", [
    "q", "actor", "action", "subject", "since", "until", "seq", "before", "after", "unknown",
])  # fmt: skip
def test_the_page_and_the_files_take_any_parameter(vera, parameter):
    append(count=3)
    garbage = (
        "", "-1", "0", "9" * 40, "\u0661", "x" * 5000, "a\x00b", "\ufffe", "%", "'\"", "\u202e",
        "<script>alert(1)</script>", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "[]",
    )  # fmt: skip

    for text in garbage:
        for name in ("audit", "audit-csv", "audit-json"):
            assert "<script>alert" not in body(vera, name, **{parameter: text})


def test_what_strangers_wrote_is_text_and_turns_no_line_around(vera):
    evil = "<script>alert(1)</script>\u202e{{ 7|add:7 }}"
    append(subject=evil, actor=evil, reason=evil, before={evil: evil}, after=evil, role="<b>")

    text = body(vera)

    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "{{ 7|add:7 }}" in text


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_a_role_may_look(role):
    client = signed_in(person("eve", role))

    for name in ("audit", "audit-csv", "audit-json"):
        assert client.get(reverse(name)).status_code == HTTPStatus.OK


def test_nobody_else_may():
    for client in (signed_in(None), signed_in(person("eve"))):
        for name in ("audit", "audit-csv", "audit-json"):
            assert client.get(reverse(name)).status_code in {
                HTTPStatus.FOUND,
                HTTPStatus.FORBIDDEN,
            }


def test_the_bar_leads_here(vera):
    assert '<a href="/audit/">Audit</a>' in body(vera, "overview")
    assert '<a href="/audit/" aria-current="page">Audit</a>' in body(vera)


def test_a_page_asks_no_more_of_many_records_than_of_few(vera, django_assert_max_num_queries):
    append(count=2)
    body(vera)
    with CaptureQueriesContext(connection) as few:
        body(vera)
    append(count=60)

    with django_assert_max_num_queries(len(few)):
        body(vera)
    assert len(few) <= 14
