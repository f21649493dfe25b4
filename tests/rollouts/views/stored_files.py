"""Bodies that a side of a target showed, and the files of them as a page hands them out."""

from __future__ import annotations

import hashlib

from django.urls import reverse

from diffs.models import SideState, Snapshot
from diffs.operations.store_body import store_body
from ledger.clock import database_now

BODY = b'b: Path("/b") -> "http://b";\na: Method("GET") && Path("/a") -> "http://a";\xa0// \xff'


def sha(data):
    return hashlib.sha256(data).hexdigest()


def keep(one, side="legacy", body=BODY, *, is_shown=True):
    """Store a body; let a side show it now."""
    now = database_now()
    like = Snapshot.objects.first()
    kept = store_body(sha(body), body, like=like, now=now)
    if is_shown:
        SideState.objects.update_or_create(
            source=one.source, side=side, defaults={"snapshot": kept, "read_at": now}
        )
    return kept


def get(client, one, kind="raw", side="legacy", **query):
    response = client.get(reverse(f"target-{kind}", args=[one.pk, side]), query)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body
