"""`manage.py verify_audit`: one line when all is well, a sentence and exit 1 when not."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from ledger.anchors import anchor, find_anchors, key_id, public_key, short_anchor
from ledger.models import AuditRecord
from tests.ledger.trail import append, cut_tail, edit, write_anew

pytestmark = pytest.mark.django_db

OTHER_KEY = "ab" * 32


def verify(*arguments):
    """Return what the command printed."""
    out = io.StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue().strip()


def refused(*arguments):
    """Return why the command ended with 1."""
    with pytest.raises(CommandError) as refusal:
        verify(*arguments)
    assert refusal.value.returncode == 1
    return str(refusal.value)


@pytest.fixture
def kept(tmp_path):
    """A file outside the database that holds anchors of a trail of 3, 5 and 6 records."""
    append(3)
    lines = [f'{{"event": "{anchor()}"}}\n']
    append(2)
    lines.append(f"    Audit-Head: {short_anchor()}\n")
    append(1)
    lines.append(f"Dear all, {anchor()}\n")
    path = tmp_path / "anchors.txt"
    path.write_text("".join(lines))
    return path


@pytest.mark.sqlite
def test_a_whole_trail_passes_with_its_count_and_its_last_hash():
    last = append(4)

    assert verify() == f"The audit trail is whole. Records: 4; the last hash is {last.hash}."


@pytest.mark.sqlite
def test_a_superusers_edit_ends_with_the_number_of_the_record():
    append(4)

    edit(2, reason="because I could")

    assert refused() == "Record 2 was edited: its fields do not give its hash."


@pytest.mark.sqlite
def test_anchors_of_both_forms_hold(kept):
    append(2)

    assert verify("--anchors", str(kept)).endswith("Anchors that hold: 3.")


@pytest.mark.sqlite
def test_a_cut_tail_passes_alone_and_fails_against_anchors(kept):
    cut_tail(5, with_head=True)

    assert "Records: 5;" in verify()
    assert refused("--anchors", str(kept)) == (
        f"{kept}: Record 6 was there when its anchor was signed and is gone:"
        " the trail ends with 5, its tail was cut."
    )


@pytest.mark.sqlite
def test_a_trail_written_anew_passes_alone_and_fails_against_anchors(kept):
    write_anew(actor="mallory")

    assert "Records: 6;" in verify()
    assert refused("--anchors", str(kept)).splitlines() == [
        f"{kept}: Record {seq} is another than when its anchor was signed:"
        " the trail was written anew."
        for seq in (3, 5, 6)
    ]


def test_a_tail_cut_and_grown_again_fails_against_anchors(kept):
    cut_tail(4, with_head=True)
    append(4, action="other")

    assert refused("--anchors", str(kept)).count("the trail was written anew") == 2


def test_a_forged_signature_is_told(kept, settings):
    key, ours = settings.AUDIT_KEY, key_id(public_key())
    settings.AUDIT_KEY = OTHER_KEY
    (theirs,) = find_anchors([anchor()])
    settings.AUDIT_KEY = key
    kept.write_text(replace(theirs, key=ours).line)

    told = refused("--anchors", str(kept))

    assert told == f"{kept}: The anchor of record 6 bears a forged signature of key {ours}."


def test_a_signature_of_another_than_its_key_is_forged(kept):
    text = kept.read_text()
    kept.write_text(text.replace("seq=3", "seq=2"))

    assert refused("--anchors", str(kept)) == (
        f"{kept}: The anchor of record 2 bears a forged signature of key {key_id(public_key())}."
    )


def test_an_anchor_of_an_unknown_key_is_told_and_counts_once_the_key_is_given(kept, settings):
    old = public_key()
    settings.AUDIT_KEY = OTHER_KEY

    told = refused("--anchors", str(kept))

    assert told.count(f"signed by an unknown key, {key_id(old)}") == 3
    assert verify("--anchors", str(kept), "--public-key", old).endswith("Anchors that hold: 3.")


def test_a_cut_anchor_is_told(kept):
    kept.write_text(kept.read_text()[:-20])

    assert refused("--anchors", str(kept)) == (
        f"{kept}: Line 3 begins an anchor that is cut or changed."
    )


def test_a_file_without_an_anchor_shows_nothing(kept):
    kept.write_text("all is well\n")

    assert "No anchor stands in it" in refused("--anchors", str(kept))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--anchors", "/no/such/file"], "/no/such/file: No such file or directory"),
        (["--anchors", "-", "--public-key", "abc"], "--public-key: This is no key"),
    ],
)
def test_what_cannot_be_used_is_told(monkeypatch, arguments, words):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))

    assert words in refused(*arguments)


def test_several_texts_are_read_also_from_standard_input_whatever_their_bytes(kept, monkeypatch):
    said = io.BytesIO(b"\xff\xfe caf\xe9\n" + short_anchor().encode() + b"\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(said))

    assert verify("--anchors", str(kept), "--anchors", "-").endswith("Anchors that hold: 4.")


def test_many_faults_are_counted_and_not_all_printed(kept):
    one = short_anchor()
    cut_tail(2, with_head=True)
    kept.write_text(f"{one}\n" * 50)

    told = refused("--anchors", str(kept)).splitlines()

    assert len(told) == 21
    assert told[-1] == "and 30 more"


def test_many_anchors_are_compared(kept):
    kept.write_text(f"{short_anchor()}\n" * 1203)

    assert verify("--anchors", str(kept)).endswith("Anchors that hold: 1203.")


def test_the_public_key_is_printed_and_the_private_one_is_not(settings):
    said = verify("--print-public-key")

    assert said == f"key={key_id(public_key())} public={public_key()}"
    assert settings.AUDIT_KEY not in said


def test_nothing_is_written():
    append(3)
    before = list(AuditRecord.objects.values())

    verify()

    assert list(AuditRecord.objects.values()) == before
