"""The message of a commit, and its trailers: written so that nobody can forge one, read strictly.

Source: git-interpret-trailers(1): trailers are the last paragraph of a message.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from rollouts.appliers.order import LeftOut, Order

TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*): (.*)")
NUMBER = re.compile(r"[0-9]{1,9}")
"""A generation: one more with each order of a tier, so that none ever has more digits."""

PICKED = "(cherry picked from commit "
MOST_SUBJECT, MOST_REASON, MOST_VALUE, WIDTH = 100, 4000, 300, 72
KEY, ROLLOUT, TIER = "Idempotency-Key", "Rollout", "Tier"
GENERATION, PROMOTION = "Generation", "Promotion-Id"


def message_of(order: Order, left_out: Sequence[LeftOut] = ()) -> str:
    """Return the commit message of an order: what, why, and the trailers.

    Shapes
        left_out    the places for which the commit does nothing
    """
    missing = {one.target for one in left_out}
    names = ", ".join(_line(place.name) for place in order.places if place.target not in missing)
    what = f"{_line(order.rollout)}, tier {_line(order.tier)}: {order.from_mode} to {order.to_mode}"
    subject = _line(order.title).lstrip("# ")[:MOST_SUBJECT] or what
    paragraphs = [subject.strip(), "\n".join(_wrapped(f"{what} for {names or 'nobody'}."))]
    if left_out:
        without = ", ".join(_line(one.name) for one in left_out)
        paragraphs.append(
            "\n".join(_wrapped(f"Left out, since it could not be written: {without}."))
        )
    if reason := _quoted(order.reason):
        paragraphs.append(reason)
    paragraphs.append("\n".join(f"{name}: {value}" for name, value in _trailers(order) if value))
    return "\n\n".join(paragraphs) + "\n"


def trailers_of(message: str) -> dict[str, list[str]]:
    """Return the trailers of a message: its last paragraph, when every line of it is one."""
    last = re.split(r"\n[ \t]*\n", message.strip().replace("\r\n", "\n"))[-1]
    found: dict[str, list[str]] = defaultdict(list)
    for line in last.split("\n"):
        trailer = TRAILER.fullmatch(line)
        if trailer is not None:
            found[trailer[1]].append(trailer[2].strip())
        elif not line.startswith(PICKED):
            return {}
    return dict(found)


def is_of(trailers: dict[str, list[str]], order: Order) -> bool:
    """Whether these are the trailers of this very order."""
    return trailers.get(KEY) == [_line(order.idempotency_key)]


def overtaking(trailers: dict[str, list[str]], order: Order) -> int:
    """Return the generation of an order for the same tier that this one may not follow, else 0.

    That is a later generation, or another promotion that claims the same one.
    """
    if any(trailers.get(name) != [value] for name, value in tier_trailers(order)):
        return 0
    found = [int(text) for text in trailers.get(GENERATION, []) if NUMBER.fullmatch(text)]
    newest = max(found, default=0)
    is_other = trailers.get(PROMOTION) != [_line(order.promotion)]
    return newest if (newest, is_other) > (order.generation, False) else 0


def tier_trailers(order: Order) -> list[tuple[str, str]]:
    """Return the trailers that all orders of one tier share."""
    return [(ROLLOUT, _line(order.rollout)), (TIER, _line(order.tier))]


def key_trailer(order: Order) -> str:
    """Return the line that no other order has."""
    return f"{KEY}: {_line(order.idempotency_key)}"


def _trailers(order: Order) -> list[tuple[str, str]]:
    return [
        (PROMOTION, _line(order.promotion)),
        *tier_trailers(order),
        (GENERATION, str(order.generation)),
        ("Requested-By", _line(order.requested_by)),
        *(("Approved-By", _line(name)) for name in order.approved_by),
        ("Evidence", _line(order.evidence)),
        ("Audit-Head", _line(order.audit_head)),
        (KEY, _line(order.idempotency_key)),
    ]


def _visible(text: str) -> str:
    """Return a text of one line: breaks and controls become spaces, what steers bidi goes."""
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return "".join(kept)


def _line(text: str) -> str:
    return " ".join(_visible(text).split())[:MOST_VALUE]


def _quoted(reason: str) -> str:
    """Return what a person wrote, each line behind a mark: no line can be read as another thing."""
    lines = [line for text in reason[:MOST_REASON].splitlines() for line in _wrapped(_line(text))]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _wrapped(text: str) -> list[str]:
    """Return a text in lines, broken at spaces only."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
