"""The applier that is a person: says what to do, writes nothing, keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rollouts.appliers.order import Kept, Order, Place, Preview, Receipt
from rollouts.fleet_file.templates import PLACEHOLDER


class Manual:
    """Shows what to do; whether it was done is for the read back to see."""

    kind = "manual"
    keeps_modes = False

    def __init__(self, _settings: object = None) -> None:
        """Take what every applier is given; a person needs nothing of it."""

    def preview(self, order: Order) -> Preview:
        """Return what to do, in the words of the fleet file or in ours."""
        return Preview(
            head="",
            diff="",
            files=(),
            message="",
            governed=tuple(place.name for place in order.places),
            instructions=_instructions(order),
        )

    def apply(
        self,
        order: Order,  # noqa: ARG002  (a person reads it on the page)
        *,
        guard: Callable[[], None],
    ) -> Receipt:
        """Write nothing; a person does it.

        Errors
            Overtaken       the guard said so
        """
        guard()
        return Receipt(reference="", was_there=False)

    def read(
        self,
        places: Sequence[Place],  # noqa: ARG002  (nothing is kept for any)
        words: Mapping[str, str],  # noqa: ARG002
    ) -> tuple[str, dict[str, Kept]]:
        """Return nothing: no mode is kept anywhere that could be read."""
        return "", {}


def _instructions(order: Order) -> str:
    """Return the instructions of the fleet file, each text once, and what the order comes to."""
    names = ", ".join(place.name for place in order.places)
    known = {
        "rollout": order.rollout,
        "tier": order.tier,
        "targets": names,
        "from": order.words[order.from_mode],
        "to": order.words[order.to_mode],
    }
    sentence = (
        f"Set {order.rollout} from {order.from_mode} ({known['from']}) to {order.to_mode}"
        f" ({known['to']}) for {names}."
    )
    given = dict.fromkeys(
        _filled(place.options.get("instructions", ""), {**place.fields, **known})
        for place in order.places
    )
    return "\n".join([*(text for text in given if text), sentence])


def _filled(text: str, known: Mapping[str, str]) -> str:
    """Return the text with the placeholders that are known; other braces are plain text."""
    return PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), text)
