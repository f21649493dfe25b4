"""The template tags of Penumbra's pages: `{% load penumbra %}`.

Marks: state, standing, mode, live, icon. Pictures: proportion, counts, ring, heat, chart.
Words: duration, bytes, thousands, counted, visible. Times: ago, due, when, day, clock, utc.
Parts: poll, segments, change, route_diff.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from diffs.first_change import Change
from diffs.formats import FORMATS
from diffs.formats.format import Words
from diffs.line_tokens import Segments, visible
from diffs.route_diff import line_feeds, side_by_side, unified
from rollouts.templatetags import charts, clocks, icons, marks, pictures
from rollouts.templatetags.clocks import counted

register = Library()

register.simple_tag(marks.state_tag, name="state")
register.simple_tag(marks.standing_tag, name="standing")
register.simple_tag(marks.mode_tag, name="mode")
register.simple_tag(marks.live_tag, name="live")
register.simple_tag(icons.icon, name="icon")
register.simple_tag(pictures.proportion, name="proportion")
register.simple_tag(pictures.counts_in_words, name="counts")
register.simple_tag(pictures.ring, name="ring")
register.simple_tag(pictures.heat, name="heat")
register.simple_tag(charts.chart, name="chart")
register.simple_tag(clocks.ago, name="ago")
register.simple_tag(clocks.due, name="due")
register.simple_tag(clocks.when, name="when")
register.simple_tag(clocks.clock, name="clock")
register.simple_tag(clocks.day, name="day")
register.simple_tag(clocks.utc, name="utc")
register.filter("duration", clocks.duration)
register.filter("lag", clocks.lag)
register.filter("bytes", clocks.size_of)
register.filter("thousands", clocks.thousands)
register.filter("counted", clocks.counted)
register.filter("visible", visible)
register.filter("tone", marks.tone_of)
register.filter("state_icon", marks.icon_of)
register.filter("spaced", marks.spaced)
register.filter("mark_word", marks.word_of)

LIVE = "production follows this side"
NOT_LIVE = "only compared, production does not use it"
NOBODY_KNOWS = "whether production follows this side is not known"
SIDES = {"legacy": "the old path", "shadow": "the new path"}


@register.simple_tag
def poll(url: str, seconds: int = 8, etag: str = "") -> SafeString:
    """Return the attributes of a part that fetches itself anew; the part needs an id.

    Units: seconds between two polls; the browser adds jitter, and pauses in a hidden tab. The part
    is asked for with HX-Target = its id and If-None-Match = the last ETag, and morphed in place.
    """
    return format_html(
        'hx-get="{}" hx-trigger="poll" hx-target="this" hx-swap="morph:outerHTML" hx-ext="morph"'
        ' data-poll="{}" data-etag="{}"',
        url,
        seconds,
        etag,
    )


@register.simple_tag
def segments(parts: Segments) -> SafeString:
    """Return a line of a diff, its changed pieces marked; a line that changed wholly has none."""
    is_marked = len(parts) > 1
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", text) if changed and is_marked else text,)
            for text, changed in parts
        ),
    )


@register.simple_tag
def change(one: Change) -> SafeString:
    """Return the first change of a difference on one line, and how many more lines differ."""
    pieces = ((format_html(_PIECES[sign], text),) for sign, text in one.pieces)
    kind = "change is-whole" if one.is_whole else "change"
    line = format_html('<code class="{}">{}</code>', kind, format_html_join("", "{}", pieces))
    if not one.more:
        return line if one.pieces else format_html("{}", "")
    return format_html('{} <small class="quiet">and {}</small>', line, counted(one.more, MORE))


_PIECES = {" ": "{}", "-": "<del>{}</del>", "+": "<ins>{}</ins>"}
MORE = "more line that differs|more lines that differ"


@register.inclusion_tag("components/diff.html", takes_context=True)
def route_diff(  # noqa: PLR0913  (each is one thing the page knows)
    context: Context,
    legacy_text: str,
    shadow_text: str,
    live: str = "legacy",
    *,
    legacy_name: str = "",
    shadow_name: str = "",
    view: str = "split",
    refused: Sequence[str] = (),
    format: str = "",  # noqa: A002  (as templates say it)
) -> dict[str, Any]:
    """Return what components/diff.html prints: both canonical texts, split and unified.

    Shapes: `live` is "legacy" or "shadow"; `view` is "split" or "unified" ("?view=" in the address
    when the page passes it on). An empty text is a side that has no such route, or
    one of `refused`: sides that have it in a form that is refused. `format` names how the texts are
    laid out; without it a line is a line.
    """
    lines = FORMATS[format].lines if format else line_feeds
    sides = [
        {
            "key": key,
            "name": name or SIDES[key],
            "is_live": key == live,
            "is_known": bool(live),
            "sentence": (LIVE if key == live else NOT_LIVE) if live else NOBODY_KNOWS,
            "is_absent": not text and key not in refused,
            "is_refused": key in refused,
        }
        for key, name, text in (
            ("legacy", legacy_name, legacy_text),
            ("shadow", shadow_name, shadow_text),
        )
    ]
    return {
        "request": context.get("request"),
        "sides": sides,
        "rows": side_by_side(legacy_text, shadow_text, lines=lines),
        "lines": unified(legacy_text, shadow_text, lines=lines),
        "view": "unified" if view == "unified" else "split",
        "is_equal": legacy_text == shadow_text,
        "words": FORMATS[format].words if format else Words(),
    }
