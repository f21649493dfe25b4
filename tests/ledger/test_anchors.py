"""Anchors: the trail's head, signed, found again in any text."""

from __future__ import annotations

import pytest
from django.db import transaction

from ledger import anchors
from ledger.anchors import Anchor, BadKey, anchor, find_anchors, key_id, public_key, short_anchor
from ledger.audit import record
from tests.factories import NOW

pytestmark = pytest.mark.django_db

OTHER_KEY = "ab" * 32


def append(count=1):
    with transaction.atomic():
        for _ in range(count):
            entry = record("looked", subject="target t", actor="penumbra", at=NOW)
    return entry


def found(text):
    return list(find_anchors(text.splitlines(keepends=True)))


@pytest.mark.sqlite
def test_an_anchor_says_the_last_record_and_who_signed_it():
    last = append(3)

    line = anchor()

    assert line.startswith(
        f"penumbra-audit v1 seq=3 hash={last.hash} key={key_id(public_key())} sig="
    )
    assert "\n" not in line
    (one,) = found(line)
    assert one.is_signed_by(public_key())


def test_the_short_form_is_one_word_with_the_same_signature():
    append()

    (long,), (short,) = found(anchor()), found(short_anchor())

    assert short == long
    assert short.short == short_anchor()
    assert not {" ", "\n"} & set(short_anchor())


def test_a_trail_without_a_record_has_an_anchor_as_well():
    (one,) = found(anchor())

    assert (one.seq, one.hash) == (0, "0" * 64)
    assert one.is_signed_by(public_key())


def test_only_the_holder_of_the_key_can_sign(settings):
    append()
    ours, mine = public_key(), found(anchor())[0]
    settings.AUDIT_KEY = OTHER_KEY
    (theirs,) = found(anchor())

    assert theirs.key != mine.key
    assert not theirs.is_signed_by(ours)
    forged = Anchor(mine.seq, mine.hash, mine.key, theirs.signature)
    assert not forged.is_signed_by(ours)


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: Anchor(one.seq + 1, one.hash, one.key, one.signature),
        lambda one: Anchor(one.seq, "f" * 64, one.key, one.signature),
        lambda one: Anchor(one.seq, one.hash, "f" * 16, one.signature),
        lambda one: Anchor(one.seq, one.hash, one.key, "A" * 86),
    ],
)
def test_a_changed_anchor_is_not_signed(edit):
    append()
    (one,) = found(anchor())

    assert not edit(one).is_signed_by(public_key())


def test_the_private_key_stands_in_no_anchor(settings):
    append()

    assert settings.AUDIT_KEY not in anchor() + short_anchor() + public_key()


@pytest.mark.parametrize("text", ["", "f" * 63, "f" * 65, "G" * 64])
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(BadKey):
        key_id(text)


def test_anchors_are_found_in_logs_git_trailers_and_mails():
    append()
    line, word = anchor(), short_anchor()
    folded = line.replace(" hash=", "\n> hash=").replace(" sig=", "\n> sig=")
    text = (
        f'{{"event": "{line}", "level": "info"}}\n'
        "commit 3ad\n"
        f"    Audit-Head: {word}\n"
        f"> {folded}\n"
        f"two in one line: {word} and {line}.\n"
    )

    (one,) = found(line)

    assert found(text) == [one] * 5


@pytest.mark.parametrize(
    "text",
    [
        "penumbra-audit v1 seq=3 hash=12",
        "Audit-Head: 3:{hash}:0123456789abcdef:cut",
        "penumbra-audit v1 seq=3 hash={hash} key=0123456789abcdef sig=cut\nnext\n",
        "penumbra-audit v1 seq=3 hash={hash}\nand\n{good}\n",
        "penumbra-audit v1 seq=3\n" + "other\n" * 9,
    ],
)
def test_what_begins_as_an_anchor_and_is_none_is_told(text):
    append()

    told = found("first\n" + text.format(hash="a" * 64, good=anchor()))

    assert [one for one in told if isinstance(one, str)] == [
        "Line 2 begins an anchor that is cut or changed."
    ]


@pytest.mark.parametrize(
    "text", ["", "no anchor here\n", "see docs/penumbra-audit.md\n", f"{'a' * 64}:1\n"]
)
def test_other_texts_hold_no_anchor(text):
    assert found(text) == []


def test_a_long_text_is_read_line_by_line():
    append()
    held = []

    def lines():
        for _ in range(10_000):
            held.append(len(held))
            yield "nothing\n"
        yield anchor()

    iterator = find_anchors(lines())

    assert held == []
    assert next(iterator) == found(anchors.anchor())[0]
