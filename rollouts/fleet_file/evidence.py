"""The evidence of a rollout: its format with the options of that format, and where it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diffs.formats import format_of
from diffs.formats.format import BadOption
from rollouts.fleet_file.problems import did_you_mean, shown
from rollouts.fleet_file.scalars import DAY, read_duration, read_text
from rollouts.fleet_file.schema import OPTION_SECTIONS, keys_of
from rollouts.fleet_file.sides import SideDraft, read_side
from rollouts.fleet_file.spot import Spot, open_list, open_names, open_table
from rollouts.fleet_file.values import EvidenceSpec
from rollouts.fleet_file.yaml_tree import Listing, Node, Scalar, Table

DEFAULT_INTERVAL_SECONDS = 60
MOST_OPTION_CHARACTERS = 500
NO_SIDE = SideDraft()


@dataclass(frozen=True, slots=True)
class EvidenceDraft:
    """Evidence as written."""

    format: str = ""
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    legacy: SideDraft = NO_SIDE
    shadow: SideDraft = NO_SIDE
    options: Mapping[str, object] = field(default_factory=dict)

    def as_template(self) -> EvidenceSpec:
        """Return the evidence with its placeholders still in it."""
        return EvidenceSpec(
            self.format,
            self.interval_seconds,
            self.legacy.as_template(),
            self.shadow.as_template(),
            self.options,
        )


def read_evidence(spot: Spot, formats: tuple[str, ...]) -> EvidenceDraft:
    """Return evidence as written; `formats` are the names of evidence that can be compared."""
    names = open_names(Spot(spot.node, spot.path, spot.line, spot.problems)) or {}
    format_ = _read_format(names["format"], formats) if "format" in names else ""
    section = OPTION_SECTIONS.get(format_)
    own = keys_of(section) if section else {}
    table = open_table(spot, {**keys_of("rollouts.NAME.evidence"), **own})
    seconds = None
    if "interval" in table:
        seconds = read_duration(table["interval"], least=1, most=DAY)
    options = {name: value for name, value in table.items() if name in own}
    return EvidenceDraft(
        format=format_,
        interval_seconds=seconds or DEFAULT_INTERVAL_SECONDS,
        legacy=read_side(table["legacy"]) if "legacy" in table else NO_SIDE,
        shadow=read_side(table["shadow"]) if "shadow" in table else NO_SIDE,
        options=_read_options(format_, options) if "key" in options or not own else {},
    )


def _read_format(spot: Spot, formats: tuple[str, ...]) -> str:
    text = read_text(spot)
    if text is not None and text not in formats:
        known = f"Known: {', '.join(formats)}."
        spot.refuse(f"unknown format {shown(text)}", did_you_mean(text, formats, otherwise=known))
        return ""
    return text or ""


def _read_options(format_: str, spots: Mapping[str, Spot]) -> dict[str, object]:
    """Return the options of a format as JSON has them, once the format could read with them."""
    options = {name: _plain(spot) for name, spot in spots.items()}
    if not options or any(value is None for value in options.values()):
        return {}
    try:
        format_of(format_, options)
    except BadOption as error:
        message, _, mend = error.reason.partition(". ")
        spots[error.name].refuse(message, f"{mend or 'See the documentation of the format'}.")
        return {}
    return options


def _plain(spot: Spot) -> object:
    """Return what stands here as JSON has it: texts, true and false, lists and mappings of such."""
    if isinstance(spot.node, Listing):
        return [_plain(item) for item in open_list(spot)]
    if isinstance(spot.node, Table):
        return {name: _plain(value) for name, value in (open_names(spot) or {}).items()}
    text = read_text(spot, most=MOST_OPTION_CHARACTERS)
    return text == "true" if text in {"true", "false"} and _is_plain(spot.node) else text


def _is_plain(node: Node) -> bool:
    """Say whether a value stands there without quotes."""
    return isinstance(node, Scalar) and node.is_plain
