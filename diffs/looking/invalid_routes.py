"""Which routes the legacy side calls invalid, with its words.

Flow: address -> *fetch* -> parse -> canonical -> compare -> judge -> store.
Source: `GET /routes?invalid=true` with `Accept: application/json`, Skipper 0.24.47 and later, lists
them with an "error" each. An older one ignores the parameter and answers with the valid routes,
which have none.
"""

from __future__ import annotations

import json
import time

from diffs.fetch import FetchFailed, fetch, is_file
from diffs.looking.order import Order

MOST = 10_000
"""Routes that are told of; nobody can have so many that are wrong and a table that is right."""

PATIENCE_SECONDS = 5.0
"""A side that does not tell in this time explains nothing, and the look goes on."""

LONGEST = 500
"""Characters kept of an error."""


def invalid_routes(order: Order, *, deadline: float) -> dict[str, str]:
    """Return {route id: error} of the legacy side; nothing where it cannot or does not tell.

    Nothing is the closed answer: what it would explain stays a difference.
    """
    if order.format.name != "eskip" or is_file(order.legacy.endpoint.url):
        return {}
    try:
        payload = fetch(
            order.legacy.endpoint,
            accept="application/json",
            query={"invalid": "true"},
            may_be_empty=True,
            limits=order.reach.limits,
            policy=order.reach.policy,
            credentials=order.reach.credentials,
            deadline=min(deadline, time.monotonic() + PATIENCE_SECONDS),
        )
    except FetchFailed:
        return {}
    return told_of(payload.body)


def told_of(body: bytes) -> dict[str, str]:
    """Return {route id: error} of an answer; nothing of one that is no such list."""
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(listed, list):
        return {}
    told = {}
    for one in listed[:MOST]:
        if not isinstance(one, dict):
            return {}
        key, error = one.get("id"), one.get("error")
        if isinstance(key, str) and isinstance(error, str) and error:
            told[key] = error[:LONGEST].replace("\0", "")
    return told
