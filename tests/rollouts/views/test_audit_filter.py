"""The audit page shows what the address asks for, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.models import AuditRecord
from rollouts.queries import audit_page
from tests.factories import NOW
from tests.rollouts.views.records import append, body, exported, seqs, table, viewer

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def vera():
    return viewer()


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
