"""Hold anchors from outside against the trail inside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ledger.anchors import Anchor, find_anchors, key_id
from ledger.chain import FIRST_HASH, Position
from ledger.models import AuditRecord

AT_ONCE = 500


@dataclass(slots=True)
class AnchorCheck:
    """What became of the anchors of some texts: how many hold, and in words what is wrong."""

    holding: int = 0
    faults: list[str] = field(default_factory=list)


def check_anchors(
    lines: Iterable[str], *, public_keys: Collection[str], end: Position
) -> AnchorCheck:
    """Say of each anchor in a text whether it is signed, and whether the trail still has it.

    Shapes
        public_keys     of those whose signature counts, 64 hexadecimal digits each
        end             where a walk over the trail ended without a fault

    Errors
        BadKey      a public key that is none
    """
    keys = {key_id(public): public for public in public_keys}
    check, signed = AnchorCheck(), list[Anchor]()
    for one in find_anchors(lines):
        if fault := one if isinstance(one, str) else _signature_fault(one, keys):
            check.faults.append(fault)
        elif isinstance(one, Anchor):
            signed.append(one)
        if len(signed) == AT_ONCE:
            _compare(signed, end, check)
            signed.clear()
    _compare(signed, end, check)
    return check


def _signature_fault(anchor: Anchor, keys: dict[str, str]) -> str:
    """Return why the signature of an anchor does not count; "" when it does."""
    if anchor.key not in keys:
        return (
            f"The anchor of record {anchor.seq} is signed by an unknown key, {anchor.key}:"
            " give its public half with --public-key if it was yours."
        )
    if not anchor.is_signed_by(keys[anchor.key]):
        return f"The anchor of record {anchor.seq} bears a forged signature of key {anchor.key}."
    return ""


def _compare(anchors: list[Anchor], end: Position, check: AnchorCheck) -> None:
    """Add what the trail says to signed anchors."""
    numbers = {anchor.seq for anchor in anchors}
    rows = AuditRecord.objects.filter(seq__in=numbers).values_list("seq", "hash")
    hashes = {0: FIRST_HASH, **dict(rows)}
    for anchor in anchors:
        if anchor.seq > end.seq:
            check.faults.append(
                f"Record {anchor.seq} was there when its anchor was signed and is gone:"
                f" the trail ends with {end.seq}, its tail was cut."
            )
        elif hashes.get(anchor.seq) != anchor.hash:
            check.faults.append(
                f"Record {anchor.seq} is another than when its anchor was signed:"
                " the trail was written anew."
            )
        else:
            check.holding += 1
