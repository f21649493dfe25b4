"""What one look can come to, in the order in which the first that applies wins.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """The two sides of a source; which one is live follows from the mode, never from the name."""

    LEGACY = "legacy"
    SHADOW = "shadow"


UNTESTED = (
    "No self-test of this build has run on a stored table yet. It runs when a worker starts and"
    " within half a minute of the first table that was read, then every hour."
)
"""Why nothing that a build says is trusted before it was tried."""


class Outcome(StrEnum):
    """The result of one look; the order of the members is their precedence."""

    UNTRUSTED = "untrusted"  # the self-test of this build failed
    SAME_ADDRESS = "same_address"
    SWAPPED = "swapped"  # each side answers as the other component does
    UNREACHABLE = "unreachable"
    NOT_READY = "not_ready"
    NOT_A_TABLE = "not_a_table"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    DUPLICATE_ID = "duplicate_id"
    SUSPECT = "suspect"
    STALE_SOURCE = "stale_source"
    MOVED = "moved"
    EQUAL = "equal"
    EQUAL_AFTER_RULES = "equal_after_rules"
    EXPECTED = "expected"  # every difference is one that people expect
    LAG = "lag"
    UNCONFIRMED = "unconfirmed"
    UNSTABLE = "unstable"
    DIFFERENT = "different"
    NOT_COMPARED = "not_compared"  # mode off: the legacy side alone was read, and holds a table


GOOD = frozenset({Outcome.EQUAL, Outcome.EQUAL_AFTER_RULES, Outcome.EXPECTED})
"""Outcomes that prove agreement; a lag joins them through the equal look that ends it in time."""

RESETTING = frozenset({Outcome.DIFFERENT, Outcome.UNSTABLE})
"""Outcomes that set clean time to zero."""

SETTLING = frozenset({Outcome.MOVED, Outcome.LAG, Outcome.UNCONFIRMED})
"""Outcomes that decide nothing yet: the last settled one is still shown."""

COMPARED = GOOD | RESETTING | {Outcome.LAG, Outcome.UNCONFIRMED}
"""Outcomes of a comparison of two sound tables."""
