"""The evidence of one step: what a person agrees to, as one canonical document with one digest.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. The document holds what decides and nothing that churns: no counts, times or raw tables.
Two looks at an unchanged fleet give the same bytes, so the digest on the page is the digest at
the click, and a digest that moved means that something moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = 2
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class TargetEvidence:
    """What is known of one target.

    Shapes
        addresses       {side: its addresses, without secrets}
        differences     {fingerprint: verdict of people on it}
        place           SHA-256 of where its mode is kept: what is written, and into what
        read_back       SHA-256 of the address that tells whether it followed
    """

    generation: int
    addresses: Mapping[str, tuple[str, ...]]
    differences: Mapping[str, str]
    place: str = ""
    read_back: str = ""


def evidence_document(  # noqa: PLR0913  (one argument a part of the document)
    *,
    rollout: str,
    tier: str,
    from_mode: str,
    to_mode: str,
    policy_version: str,
    rules_version: str,
    targets: Mapping[str, TargetEvidence],
    gates: Mapping[str, str],
    set_aside: Mapping[str, Sequence[str]] | None = None,
) -> Document:
    """Return the document as JSON values, in no order that matters.

    Shapes
        set_aside   {tier that comes first: its targets that the gates were not asked about}
    """
    return {
        "version": VERSION,
        "rollout": rollout,
        "tier": tier,
        "from": str(from_mode),
        "to": str(to_mode),
        "policy": policy_version,
        "rules": rules_version,
        "targets": {
            key: {
                "generation": target.generation,
                "addresses": {side: list(each) for side, each in target.addresses.items()},
                "differences": dict(target.differences),
                "place": target.place,
                "read_back": target.read_back,
            }
            for key, target in targets.items()
        },
        "gates": {name: str(verdict) for name, verdict in gates.items()},
        "set_aside": {name: sorted(keys) for name, keys in (set_aside or {}).items()},
    }


def digest_of(document: object) -> str:
    """Return the SHA-256 of a JSON value's canonical form: 64 hex digits."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def canonical(document: object) -> str:
    """Return a JSON value's canonical form: keys in order, no blanks."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
