"""Records of the trail on the stage, and what the pages say of them."""

from __future__ import annotations

import csv
import io
import json
import re
from http import HTTPStatus

from django.db import transaction
from django.urls import reverse

from ledger.audit import record
from rollouts.permissions.roles import Role
from tests.factories import NOW
from tests.rollouts.stage import collector_beats, person, signed_in


def viewer():
    """Return the browser of somebody who may look, while the workers are alive."""
    collector_beats()
    return signed_in(person("vera", Role.VIEWER))


def append(action="target_set_aside", count=1, **more):
    """Append so many records; return the last."""
    with transaction.atomic():
        for _ in range(count):
            entry = record(action, **{"subject": "target t", "actor": "alice", "at": NOW, **more})
    return entry


def body(client, name="audit", **query):
    """Return the text of the page or of a file."""
    response = client.get(reverse(name), query)
    assert response.status_code == HTTPStatus.OK
    return b"".join(response).decode()


def seqs(client, **query):
    """Return the numbers of the records that the page shows, in its order."""
    return [int(seq) for seq in re.findall(r'<li id="record-(\d+)"', body(client, **query))]


def exported(client, **query):
    """Return the objects of the file of JSON lines."""
    return [json.loads(line) for line in body(client, "audit-json", **query).splitlines()]


def table(client, **query):
    """Return the rows of the table, its header first."""
    return list(csv.reader(io.StringIO(body(client, "audit-csv", **query), newline="")))
