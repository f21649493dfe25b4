"""Times, durations and sizes in words: always with a unit, never in a zone nobody named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isinf

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

MINUTE, HOUR, DAY = 60, 3600, 86400
LONG_DAYS = 14  # from here on hours say nothing more
OVERDUE = 10  # seconds that the next look may wait for its turn; app.js says the same

NEVER = mark_safe('<span class="quiet">never</span>')


LONGEST_LAG = 3600.0
"""Seconds beyond which a lag is told no closer; see diffs.lags."""


def duration(seconds: float | timedelta | None) -> str:
    """Return a time span in at most two units: "38 ms", "45 s", "4 min 5 s", "6 d 4 h".

    Units: seconds in. A span is cut, never rounded up: 59.9 s is "59 s".
    """
    if seconds is None:
        return "unknown"
    span = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if span < 0:
        return f"\N{MINUS SIGN}{duration(-span)}"
    if span < 1:
        return f"{int(span * 1000)} ms" if span else "0 s"
    if span < MINUTE:
        return f"{span:.1f} s" if span < 10 and span % 1 >= 0.1 else f"{int(span)} s"  # noqa: PLR2004
    return _two_units(int(span))


def lag(bound: float | None) -> str:
    """Return the upper bound of a lag: "≤ 5 s"; beyond the last bound that is told, "> 1 h"."""
    if bound is None:
        return "unknown"
    return f"> {duration(LONGEST_LAG)}" if isinf(bound) else f"≤ {duration(bound)}"


def _two_units(span: int) -> str:
    """Return the two largest units of a minute or more."""
    if span >= LONG_DAYS * DAY:
        return f"{span // DAY:,} d"
    for size, name, part, part_name in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", 1, "s"),
    ):
        if span >= size:
            whole, rest = span // size, span % size // part
            return f"{whole} {name} {rest} {part_name}" if rest else f"{whole} {name}"
    return f"{span} s"


def distance(moment: datetime, now: datetime) -> str:
    """Return "12 s ago", "in 3 h 20 min" or "now"; within one unit a page needs no more."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 1:
        return "now"
    words = duration(int(abs(seconds)))
    return f"{words} ago" if seconds > 0 else f"in {words}"


def absolute(moment: datetime) -> str:
    """Return "Fri 20 Nov 2026, 09:12:07 UTC"; the browser puts it into the viewer's zone."""
    return moment.astimezone(UTC).strftime("%a %d %b %Y, %H:%M:%S UTC")


def _time(moment: datetime, kind: str, text: str) -> SafeString:
    return format_html(
        '<time datetime="{}" data-time="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        kind,
        absolute(moment),
        text,
    )


def ago(moment: datetime | None, now: datetime) -> SafeString:
    """Return the relative time as seen, the absolute one in title and datetime."""
    return NEVER if moment is None else _time(moment, "ago", distance(moment, now))


def due(moment: datetime, now: datetime) -> SafeString:
    """Return when something is due: "next in 12 s", "due now", "overdue since 09:12, 3 min ago"."""
    late = (now - moment).total_seconds()
    text = f"next {distance(moment, now)}" if late < 0 else "due now"
    if late >= OVERDUE:
        text = f"overdue since {_clock_of(moment)}, {distance(moment, now)}"
    return _time(moment, "due", text)


def when(moment: datetime | None, now: datetime) -> SafeString:
    """Return both as seen: "Fri 20 Nov, 09:12 UTC · 2 h ago"."""
    if moment is None:
        return NEVER
    return _time(moment, "both", f"{_day_of(moment)} · {distance(moment, now)}")


def day(moment: datetime | None) -> SafeString:
    """Return day and time without the distance: "Fri 20 Nov, 09:12 UTC"."""
    return NEVER if moment is None else _time(moment, "day", _day_of(moment))


def utc(moment: datetime) -> SafeString:
    """Return day and time to the second in UTC, as the trail has it, in every viewer's zone."""
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        moment.astimezone(UTC).strftime("%a %d %b, %H:%M:%S UTC"),
    )


def cell_title(moment: datetime, words: str) -> SafeString:
    """Return the title of a piece of a drawing: "Fri 20 Nov, 09:15 UTC: equal"."""
    return format_html(
        '<title data-at="{}" data-words="{}">{}: {}</title>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        words,
        _day_of(moment),
        words,
    )


def _day_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%a %d %b, %H:%M UTC")


def clock(moment: datetime | None) -> SafeString:
    """Return the absolute time alone, short: "09:12 UTC"; the day is in the title."""
    if moment is None:
        return NEVER
    return _time(moment, "clock", _clock_of(moment))


def _clock_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%H:%M UTC")


def size_of(count: int | None) -> str:
    """Return a number of bytes in decimal units: "812 B", "8.1 kB", "64 MB"."""
    if count is None:
        return "unknown"
    if count < 1000:  # noqa: PLR2004
        return f"{count} B"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5:  # noqa: PLR2004
            return f"{size:.1f} {unit}" if size < 10 else f"{size:.0f} {unit}"  # noqa: PLR2004
    return f"{size / 1000:,.1f} TB"


def thousands(count: int | None) -> str:
    """Return 61204 as "61,204"."""
    return "unknown" if count is None else f"{count:,}"


def counted(count: int, noun: str) -> str:
    """Return "1 cluster", "1,240 clusters"; "many|one" forms are given as "child|children"."""
    one, _, many = noun.partition("|")
    return f"{count:,} {one if count == 1 else many or one + 's'}"
