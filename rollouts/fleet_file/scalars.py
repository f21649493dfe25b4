"""Single values: texts, names, numbers, durations, modes, names of credentials.

Each reader returns the value, or None after noting what is wrong at the spot.
"""

from __future__ import annotations

import re
import unicodedata

from rollouts.fleet_file.problems import did_you_mean, shown
from rollouts.fleet_file.spot import Spot
from rollouts.fleet_file.values import MODES
from rollouts.fleet_file.yaml_tree import Scalar

MOST_CHARACTERS = 200
ALIAS = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")  # the registry's rule for cluster aliases
NAME = re.compile(r"[a-z0-9]([a-z0-9_-]{0,98}[a-z0-9])?")  # goes into web addresses
NAME_RULE = "up to 100 small letters, digits, - and _, these two neither first nor last"
CREDENTIAL = re.compile(r"[a-z][a-z0-9_-]{0,62}(?<!.[_-]hosts)")
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
DURATION = re.compile(r"([0-9]{1,9})([smhd])")
DECIMAL_DURATION = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DAY = SECONDS["d"]
TEN_YEARS = 3650 * DAY
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidi marks, zero widths, line separators


def read_text(spot: Spot, *, most: int = MOST_CHARACTERS, lines: bool = False) -> str | None:
    """Return the text as it was written, quotes or not; `lines` allows line breaks and tabs."""
    if not isinstance(spot.node, Scalar) or spot.node.is_null:
        spot.refuse(f"a text belongs here, found {spot.found()}", "Write one value, or no key.")
        return None
    text = spot.node.text
    if not text.strip():
        spot.refuse("an empty text", "Write a value, or leave the key out.")
    elif len(text) > most:
        spot.refuse(f"{len(text)} characters, more than {most}", "Write a shorter text.")
    elif any(unicodedata.category(c) in HIDDEN and not (lines and c in "\n\t") for c in text):
        spot.refuse("an invisible control character in the text", "Type the text anew.")
    else:
        return text
    return None


def read_alias(spot: Spot) -> str | None:
    """Return a cluster's alias."""
    return _matching(spot, ALIAS, "small letters, digits and dashes, first a letter, last no dash")


def read_name(spot: Spot) -> str | None:
    """Return a name of a rollout or tier: it becomes part of page addresses."""
    return _matching(spot, NAME, NAME_RULE)


def _matching(spot: Spot, pattern: re.Pattern[str], rule: str) -> str | None:
    text = read_text(spot)
    if text is not None and not pattern.fullmatch(text):
        spot.refuse(f"{shown(text)} is not a name here", f"Use {rule}.")
        return None
    return text


def read_credential(spot: Spot) -> str | None:
    """Return the name of a credential; what looks like a secret itself is never repeated."""
    node = spot.node
    if isinstance(node, Scalar) and CREDENTIAL.fullmatch(node.text) and not node.is_null:
        return node.text
    spot.refuse(
        "this is not the name of a credential (its text is not repeated here)",
        "Write a name of small letters, digits and dashes, not ending in -hosts, such as "
        "routes-reader; the secret itself belongs in the environment or a file. If one stood "
        "here, take it out of use.",
    )
    return None


def read_number(spot: Spot, *, least: int, most: int) -> int | None:
    """Return a whole number."""
    text = read_text(spot)
    if text is None:
        return None
    if isinstance(spot.node, Scalar) and spot.node.is_plain and NUMBER.fullmatch(text):
        if least <= int(text) <= most:
            return int(text)
        spot.refuse(f"{text} is out of range", f"Write a whole number from {least} to {most}.")
        return None
    spot.refuse(
        f"{shown(text)} is not a whole number",
        f"Write digits without quotes, from {least} to {most}.",
    )
    return None


def read_flag(spot: Spot) -> bool | None:
    """Return true or false; the other words for them in YAML 1.1 (yes, on) are refused."""
    text = read_text(spot)
    if text is None:
        return None
    if text in {"true", "false"} and isinstance(spot.node, Scalar) and spot.node.is_plain:
        return text == "true"
    spot.refuse(f"{shown(text)} is not true or false", "Write true or false, without quotes.")
    return None


def read_mode(spot: Spot) -> str | None:
    """Return off, shadow or exec, with quotes or without."""
    text = read_text(spot)
    if text is None or text in MODES:
        return text
    spot.refuse(
        f"{shown(text)} is not a mode",
        did_you_mean(text, MODES, otherwise=f"Write one of {', '.join(MODES)}."),
    )
    return None


def read_duration(spot: Spot, *, least: int = 0, most: int = TEN_YEARS) -> int | None:
    """Return seconds of a whole number with its unit: 60s, 5m, 24h, 3d."""
    text = read_text(spot)
    if text is None:
        return None
    written = DURATION.fullmatch(text)
    if written is None:
        spot.refuse(f"{shown(text)} is not a duration", _duration_mend(text))
        return None
    seconds = int(written[1]) * SECONDS[written[2]]
    if not least <= seconds <= most:
        spot.refuse(
            f"{text} is out of range",
            f"Write from {spell_duration(least)} to {spell_duration(most)}.",
        )
        return None
    return seconds


def _duration_mend(text: str) -> str:
    """Return what to write instead, spelt out where that can be known."""
    if NUMBER.fullmatch(text):
        return f"Add the unit: {text}s, {text}m, {text}h or {text}d."
    if decimal := DECIMAL_DURATION.fullmatch(text):
        scale = 10 ** len(decimal[2])
        seconds, rest = divmod(int(decimal[1] + decimal[2]) * SECONDS[decimal[3]], scale)
        if not rest:
            return f"Write {spell_duration(seconds)}."
    return "Write one whole number and its unit: s, m, h or d, as in 90m."


def spell_duration(seconds: int) -> str:
    """Return a duration as a fleet file spells it, in the largest unit that is exact."""
    unit = next(u for u in "dhms" if seconds % SECONDS[u] == 0 and (seconds or u == "s"))
    return f"{seconds // SECONDS[unit]}{unit}"
