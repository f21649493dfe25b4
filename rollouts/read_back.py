"""Read the mode that is really in force: a JSON document, a pointer into it, a word, a mode.

Source of the pointer: RFC 6901. No Django and no row here; failures are sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from diffs.fetch import CredentialRefused, Endpoint, FetchFailed, Limits, fetch, without_secrets
from diffs.looking.order import Reach
from rollouts.machine import Mode

ANSWER = Limits(total_seconds=5.0, connect_seconds=3.0, received_bytes=2**20, decoded_bytes=2**20)
"""A mode is one word: whoever needs longer or more to say it does not say it."""

INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class Unreadable(Exception):
    """The mode could not be read; the text says why. Unknown is closed."""


def read_mode(
    read_back: Mapping[str, str | None], modes: Mapping[str, str], *, reach: Reach
) -> Mode:
    """Return the mode that an address reports.

    Shapes
        read_back   address, pointer, credential, ca_bundle and proxy as in the fleet file
        modes       {mode: the outside world's word for it}

    Errors
        Unreadable  no answer, no JSON, nothing at the pointer, or a word that no mode has
    """
    address = str(read_back["address"])
    try:
        payload = fetch(
            Endpoint(
                address,
                credential=read_back.get("credential"),
                ca_bundle=read_back.get("ca_bundle"),
                proxy=read_back.get("proxy"),
            ),
            accept="application/json",
            limits=ANSWER,
            policy=reach.policy,
            credentials=reach.credentials,
        )
    except FetchFailed as error:
        raise Unreadable(error.sentence) from None
    shown = without_secrets(address)
    word = _at(payload.body, str(read_back["pointer"]), shown)
    for mode, spelled in modes.items():
        if word == spelled:
            return Mode(mode)
    if any(secret in word for secret in _secrets(read_back, address, reach)):
        raise Unreadable(f"{shown} answers with the credential itself at {read_back['pointer']}.")
    known = ", ".join(repr(spelled) for spelled in modes.values())
    raise Unreadable(f"{shown} says {word[:40]!r}, which is none of {known}.")


def _secrets(read_back: Mapping[str, str | None], address: str, reach: Reach) -> frozenset[str]:
    """Return what of the credential just sent may stand in no sentence."""
    name = read_back.get("credential")
    if name is None:
        return frozenset()
    try:
        return reach.credentials.authorize(name, host=urlsplit(address).hostname or "").secrets
    except CredentialRefused as error:  # taken away since it was sent
        raise Unreadable(f"{without_secrets(address)} was asked. {error}") from None


def _at(body: bytes, pointer: str, address: str) -> str:
    """Return the word at a JSON pointer."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(f"{address} did not answer with JSON.") from None
    for raw in pointer.split("/")[1:]:
        name = raw.replace("~1", "/").replace("~0", "~")
        try:
            value = value[_index(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, TypeError):
            raise Unreadable(f"{address} has nothing at {pointer}.") from None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(f"{address} has no word at {pointer}.")
    return str(value)


def _index(name: str) -> int:
    """Return the place in a list that a part of a pointer names (RFC 6901 §4), else KeyError."""
    if not INDEX.fullmatch(name):
        raise KeyError(name)
    return int(name)
