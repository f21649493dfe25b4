"""The form of an evidence document: which parts there are, and what each may hold.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Documents outlive the version that wrote them: one is kept with every request and approval.
Nobody can say whether a part that this version does not know got worse, so one such part makes the
whole document unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeGuard

from rollouts.evidence.document import VERSION

WORDS = ("rollout", "tier", "from", "to", "policy", "rules")
FRAME = {"version", *WORDS, "targets", "gates", "set_aside"}
TARGET = {"generation", "addresses", "differences", "place", "read_back"}
GRAVITY = {"noise": 0, "expected": 0, "open": 1, "bug": 2}
"""The verdicts of people on a difference, and how much each speaks against a step."""

GATE_VERDICTS = {"pass", "fail", "unknown"}


def is_known_form(document: object) -> bool:
    """Say whether a JSON value is an evidence document that this version can judge."""
    if not _has_keys(document, FRAME):
        return False
    version, targets, gates = document["version"], document["targets"], document["gates"]
    return (
        version == VERSION
        and not isinstance(version, bool)
        and all(isinstance(document[word], str) for word in WORDS)
        and isinstance(targets, Mapping)
        and all(_is_target(target) for target in targets.values())
        and _is_words(gates, GATE_VERDICTS)
        and _are_lists_of_texts(document["set_aside"])
    )


def _is_target(target: object) -> bool:
    if not _has_keys(target, TARGET):
        return False
    return (
        _is_count(target["generation"])
        and _are_lists_of_texts(target["addresses"])
        and _is_words(target["differences"], GRAVITY.keys())
        and all(isinstance(target[name], str) for name in ("place", "read_back"))
    )


def _has_keys(value: object, keys: set[str]) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping) and set(value) == keys


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_lists_of_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_texts(each) for each in value.values())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_words(value: object, words: Collection[str]) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(each, str) and each in words for each in value.values()
    )
