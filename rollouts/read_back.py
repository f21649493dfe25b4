"""Read the mode that is really in force: a JSON document, a pointer into it, a word, a mode.

Source of the pointer: RFC 6901. No Django and no row here; failures are sentences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from diffs.fetch import Endpoint, FetchFailed, fetch
from diffs.looking.order import Reach
from rollouts.machine import Mode


class Unreadable(Exception):
    """The mode could not be read; the text says why. Unknown is closed."""


def read_mode(
    read_back: Mapping[str, str | None], modes: Mapping[str, str], *, reach: Reach
) -> Mode:
    """Return the mode that an address reports.

    Shapes
        read_back   address, pointer, credential as in the fleet file
        modes       {mode: the outside world's word for it}

    Errors
        Unreadable  no answer, no JSON, nothing at the pointer, or a word that no mode has
    """
    address = str(read_back["address"])
    try:
        payload = fetch(
            Endpoint(address, credential=read_back.get("credential")),
            accept="application/json",
            limits=reach.limits,
            policy=reach.policy,
            credentials=reach.credentials,
        )
    except FetchFailed as error:
        raise Unreadable(error.sentence) from None
    word = _at(payload.body, str(read_back["pointer"]), address)
    for mode, spelled in modes.items():
        if word == spelled:
            return Mode(mode)
    known = ", ".join(repr(spelled) for spelled in modes.values())
    raise Unreadable(f"{address} says {word[:40]!r}, which is none of {known}.")


def _at(body: bytes, pointer: str, address: str) -> str:
    """Return the word at a JSON pointer."""
    try:
        value = json.loads(body)
    except ValueError:
        raise Unreadable(f"{address} did not answer with JSON.") from None
    for raw in pointer.split("/")[1:]:
        name = raw.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, TypeError, ValueError):
            raise Unreadable(f"{address} has nothing at {pointer}.") from None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(f"{address} has no word at {pointer}.")
    return str(value)
