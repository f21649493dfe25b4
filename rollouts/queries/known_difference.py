"""What is known to cause one difference, and the command that tells whether it is so here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diffs.formats import FORMATS
from diffs.models import Occurrence
from diffs.queries.source_sides import SidePage
from rollouts.models import Target
from rollouts.queries.known_reasons import INVALID, invalid_routes_command, known_reason
from rollouts.queries.target_page import live_side


@dataclass(frozen=True, slots=True)
class Known:
    """A reason in a sentence, and a command that asks for it; "" where there is none."""

    sentence: str = ""
    command: str = ""


def known_difference(target: Target, one: Occurrence, sides: Sequence[SidePage]) -> Known:
    """Return what is known of an occurrence, where both sides read for themselves."""
    if target.source.format != "eskip" or live_side(target) != "legacy":
        return Known()
    lines, finding = FORMATS["eskip"].lines, one.finding
    left, right = (lines(text) if text else () for text in (finding.left, finding.right))
    sentence = known_reason(finding.kind, one.key, left, right)
    if sentence != INVALID:
        return Known(sentence)
    return Known(sentence, invalid_routes_command(sides[0].addresses[0]))
