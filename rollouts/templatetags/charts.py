"""A step chart of one series, drawn on the server; its labels are text beside the drawing.

The drawing is stretched to the width of its card, so no text stands inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rollouts.templatetags.clocks import clock, day

WIDTH, HEIGHT, TOP = 720.0, 120.0, 4.0
HALF_A_DAY = timedelta(hours=12)
ABOVE_FLAT = 1.5  # how much higher than a value that never changed the axis ends

Point = tuple[datetime, float]
Event = tuple[datetime, str]


def round_ceiling(values: Sequence[float]) -> float:
    """Return the top of the axis: a round number not below any value, whose half reads well too.

    Shapes: at least one value, none negative. Whole numbers get whole labels: at least 2.
    """
    top = max(values)
    least = 2.0 if all(value == int(value) for value in values) else 0.0
    if top <= 0:
        return least or 1.0
    size = 10.0 ** floor(log10(top))
    return max(least, next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= top))


def step_path(points: Sequence[Point], until: datetime, ceiling: float) -> str:
    """Return the path data of a series whose value holds until the next point.

    Shapes: points in order of time, at least one; the last value holds until `until`.
    Units: the drawing's own, WIDTH by HEIGHT; 0 is at the bottom.
    """
    start = points[0][0]
    span = max((until - start).total_seconds(), 1.0)

    def x(moment: datetime) -> str:
        return f"{(moment - start).total_seconds() / span * WIDTH:.1f}"

    def y(value: float) -> str:
        return f"{HEIGHT - value / ceiling * (HEIGHT - TOP):.1f}"

    path = f"M0 {y(points[0][1])}"
    for moment, value in points[1:]:
        path += f"H{x(moment)}V{y(value)}"
    return f"{path}H{WIDTH:.1f}"


def chart(
    points: Iterable[Point],
    label: str,
    until: datetime,
    tone: str = "differs",
    events: Iterable[Event] = (),
    since: datetime | None = None,
) -> SafeString:
    """Return the figure: grid, area, line, events as dashed lines that a list below names.

    Shapes: points (time, value) in order of time; `since` is when measuring began, which may be
    later than the hour that the first point names. `label` says what is counted, with its unit. A
    value that never changed is a line without an area, and said in words; a nought words alone.
    """
    series = _begun(list(points), since)
    if not series:
        return format_html('<p class="quiet">{}: nothing measured yet.</p>', label)
    values = [value for _, value in series]
    is_flat = min(values) == max(values)
    if is_flat and not values[0]:
        return format_html('<p class="quiet">{}: 0 since {}.</p>', label, day(series[0][0]))
    ceiling = round_ceiling([values[0] * ABOVE_FLAT] if is_flat else values)
    path = step_path(series, until, ceiling)
    ends = clock if until - series[0][0] < HALF_A_DAY else day
    marks = [event for event in events if series[0][0] <= event[0] <= until]
    return format_html(
        '<figure class="chart is-{}"><div class="chart-body">'
        '<div class="chart-y" aria-hidden="true">'
        "<span>{}</span><span>{}</span><span>0</span></div>"
        '<svg viewBox="0 0 720 120" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="chart-grid" d="M0 4H720M0 62H720M0 120H720"/>'
        '{}<path class="chart-line" d="{}"/>{}</svg>'
        '<div class="axis">{}{}</div></div>{}{}</figure>',
        tone,
        _number(ceiling),
        _number(ceiling / 2),
        f"{label}: {_number(values[0])} at first, {_number(values[-1])} now, "
        f"{_number(min(values))} to {_number(max(values))} in between",
        "" if is_flat else format_html('<path class="chart-area" d="{}V120H0Z"/>', path),
        path,
        _event_lines(marks, series[0][0], until),
        ends(series[0][0]),
        ends(until),
        _flat_words(label, values[0])
        if is_flat
        else format_html("<figcaption>{}.</figcaption>", label),
        _event_list(marks),
    )


def _begun(series: list[Point], since: datetime | None) -> list[Point]:
    """Return the series from when measuring began: its first hour was not a whole one."""
    if not series or since is None or since <= series[0][0]:
        return series
    before = [value for at, value in series if at <= since]
    return [(since, before[-1]), *(point for point in series if point[0] > since)]


def _flat_words(label: str, value: float) -> SafeString:
    """Say that a value stayed as it was."""
    return format_html("<figcaption>{}: {} in each hour.</figcaption>", label, _number(value))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def _event_lines(events: list[Event], start: datetime, until: datetime) -> SafeString:
    span = max((until - start).total_seconds(), 1.0)
    places = ((f"{(at - start).total_seconds() / span * WIDTH:.1f}",) for at, _ in events)
    return format_html_join("", '<path class="chart-event" d="M{} 0V120"/>', places)


def _event_list(events: list[Event]) -> SafeString:
    if not events:
        return format_html("{}", "")
    entries = ((clock(at), text) for at, text in events)
    return format_html(
        '<figcaption><ul class="plain">{}</ul></figcaption>',
        format_html_join("", "<li>{} {}</li>", entries),
    )
