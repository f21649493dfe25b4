"""What a look sees again while others forget, on a database with many writers."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from diffs.models import Snapshot
from diffs.operations.prune import prune
from diffs.operations.store_body import read_again, store_body
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_body_that_a_look_reads_again_meanwhile_stays():
    kept = store_body("a" * 64, b"one", like=None, now=NOW)
    gone = store_body("b" * 64, b"two", like=None, now=NOW)
    later, deleted = NOW + timedelta(days=1), []

    def forget():
        try:
            deleted.append(prune(now=later)["bodies"])
        finally:
            connection.close()

    with transaction.atomic():
        assert read_again(kept.pk, now=later)
        thread = threading.Thread(target=forget)
        thread.start()
        thread.join(30)

    assert deleted == [1]
    assert Snapshot.objects.get().pk == kept.pk != gone.pk
