"""How long what is stored stays: one number a rule, for who forgets and for who tells of it.

Pure: nothing here imports Django, reads a clock or opens a socket.
Rollups stay for ever, as days once the hours have had their time.
"""

from __future__ import annotations

from datetime import timedelta

OTHER_BODIES = timedelta(hours=6)
"""Bodies that no longer rule keeps, since they were last read."""

BODIES_OF_DIFFERENCES = timedelta(days=14)
DAILY_BODIES = timedelta(days=90)
COMPARISONS = BODIES_OF_DIFFERENCES
"""Since a comparison was last looked up; one that a span names stays as long as that."""

FINDINGS = timedelta(days=90)
PASSING_OCCURRENCES = timedelta(days=2)
"""What never was confirmed can confirm nothing after a day; see diffs.judge."""

FRESH_NAMES = timedelta(days=2)
"""Variants and differences are written before what shows them: they are left alone for a while."""

DIFFERENCES = timedelta(days=90)
"""Since a difference of which nobody ever said anything was last there."""

SPANS = timedelta(days=90)
LATEST_SPANS = 12
"""Spans of each source that stay however old they are: its last changes, as its page lists them."""

HOURS = timedelta(days=90)
"""How long counts stand by the hour, before a day's are added up into one row for ever."""

PODS = timedelta(days=1)
"""Since a pod behind a side was last seen."""
