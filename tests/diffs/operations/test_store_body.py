"""A body is stored once, whole or as a patch on a whole one."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from diffs import bodies
from diffs.models import Snapshot
from diffs.operations.store_body import FRESH, store_body
from diffs.queries.memory import stored_body
from tests.factories import NOW

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

LINES = [hashlib.sha256(b"%d" % n).hexdigest().encode() for n in range(2000)]


def keep(body, *, like=None, now=NOW):
    return store_body(hashlib.sha256(body).hexdigest(), body, like=like, now=now)


def changed(*places):
    """The body with lines changed."""
    lines = list(LINES)
    for place in places:
        lines[place] = hashlib.sha256(b"changed %d" % place).hexdigest().encode()
    return b"\n".join(lines)


def test_a_body_is_stored_once_and_comes_back():
    first, again = keep(changed()), keep(changed())

    assert first.pk == again.pk
    assert Snapshot.objects.count() == 1
    assert stored_body(first.pk) == changed()
    assert first.size == len(changed())


def test_the_next_body_of_a_side_is_a_patch_on_its_base_and_never_on_a_patch():
    base = keep(changed())
    second = keep(changed(1), like=base)
    third = keep(changed(1, 2), like=second)

    assert (second.base_id, third.base_id) == (base.pk, base.pk)
    assert len(second.data) < 300 < len(base.data) / 100
    assert stored_body(second.pk) == changed(1)
    assert stored_body(third.pk) == changed(1, 2)


def test_a_body_that_changed_much_is_stored_whole_and_is_the_next_base():
    base = keep(changed())
    other = keep(changed(*range(400)), like=base)

    assert other.base is None
    assert keep(changed(*range(401)), like=other).base_id == other.pk
    limit = bodies.PATCH_WORTH * len(bytes(base.data))
    assert len(bodies.patch(changed(*range(400)), base=changed())) > limit


@pytest.mark.parametrize("body", [b"", b"x", b"\0" * 100_000])
def test_hostile_sizes_come_back(body):
    like = keep(changed())

    assert stored_body(keep(body, like=like).pk) == body
    assert stored_body(keep(changed(3), like=keep(body)).pk) == changed(3)


def test_what_is_not_stored_is_none():
    assert stored_body("0" * 64) is None


def test_reading_a_body_again_is_written_down_only_once_an_hour():
    keep(changed())

    keep(changed(), now=NOW + FRESH / 2)
    assert Snapshot.objects.get().last_read_at == NOW

    later = NOW + FRESH + timedelta(seconds=1)
    keep(changed(), now=later)
    assert Snapshot.objects.get().last_read_at == later
