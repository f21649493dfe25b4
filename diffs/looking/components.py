"""Tell by what an answer carries which component gave it: then a mix-up of addresses shows.

Flow: address -> *fetch* -> parse -> canonical -> compare -> judge -> store.
Source: Skipper 0.27.65. Its support listener sends X-Timestamp and never an
ETag; routesrv sends the sha256 of the body as its ETag and never X-Timestamp. An answer with
neither (a proxy may drop headers) tells nothing, and another format is not judged by these headers.
"""

from __future__ import annotations

from enum import Enum, auto

from diffs.fetch import Payload, is_file
from diffs.fetch.answers import ETAG_OF_BODY
from diffs.looking.order import Order, Problem, SideOrder, SideSeen
from diffs.outcomes import Outcome, Side

SKIPPER = "as Skipper's own listener does, with X-Timestamp and without an ETag"
ROUTESRV = "as routesrv does, with the ETag of its body and without X-Timestamp"


class _Component(Enum):
    """Who answered, as far as its headers tell."""

    SKIPPER = auto()
    ROUTESRV = auto()


def mixed_up(
    order: Order, shadow_order: SideOrder, legacy: SideSeen, shadow: SideSeen
) -> Problem | None:
    """Say whether the addresses of both sides are swapped, or lead to the same component."""
    if order.format.accept or any(
        is_file(one.endpoint.url) for one in (order.legacy, shadow_order)
    ):
        return None
    found = _component(legacy.payload), _component(shadow.payload)
    if found == (_Component.ROUTESRV, _Component.SKIPPER):
        text = f"The addresses look swapped: the legacy one answers {ROUTESRV}, the shadow one"
        return Problem(
            Outcome.SWAPPED, None, f"{text} {SKIPPER}. Change them over in the fleet file."
        )
    if found == (_Component.SKIPPER, _Component.SKIPPER):
        return _same(Side.SHADOW, SKIPPER)
    if found == (_Component.ROUTESRV, _Component.ROUTESRV):
        return _same(Side.LEGACY, ROUTESRV)
    return None


def _same(side: Side, how: str) -> Problem:
    """Return the problem of two sides that one component answers."""
    text = f"The {side} address answers {how}, and so does the other one: both sides are the same"
    text += " component, and would agree whatever it says. Give this side its own address."
    return Problem(Outcome.SAME_ADDRESS, side, text)


def _component(payload: Payload | None) -> _Component | None:
    """Return who gave an answer; None where it tells nothing."""
    if payload is None:
        return None
    if payload.x_timestamp is not None:
        return None if payload.etag else _Component.SKIPPER
    is_digest = bool(payload.etag and ETAG_OF_BODY.fullmatch(payload.etag))
    return _Component.ROUTESRV if is_digest else None
