"""Small pictures drawn on the server: proportion bar, ring, heat strip.

SVG with presentation attributes and classes only: the content policy forbids style attributes.
Each picture has a sentence for those who do not see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rollouts.templatetags.clocks import cell_title
from rollouts.templatetags.icons import icon
from rollouts.templatetags.marks import TARGET_STATES, mark_of, state_tag

WIDTH = 240  # of a bar, in units of its own; it is stretched
GAP = 2
LEAST = 6  # of one segment: one of 250 is still seen

_ORDER = {state: place for place, state in enumerate(TARGET_STATES)}

Counts = Mapping[str, int] | Iterable[tuple[str, int]]


class Cell(Protocol):
    """What a heat strip prints of one span of time."""

    @property
    def state(self) -> str:
        """A key of MARKS."""

    @property
    def at(self) -> datetime:
        """When the span began."""

    @property
    def words(self) -> str:
        """What was seen in it."""


def _sorted_counts(counts: Counts) -> list[tuple[str, int]]:
    pairs = counts.items() if isinstance(counts, Mapping) else counts
    kept = [(str(state), int(count)) for state, count in pairs if count]
    return sorted(kept, key=lambda pair: _ORDER.get(pair[0], len(_ORDER)))


def widths(counts: list[int], whole: float = WIDTH) -> list[float]:
    """Return the width of each segment: its share of the bar, at least LEAST, together the whole.

    Shapes: one width a count; the gaps between them are taken off first.
    """
    total, room = sum(counts), whole - GAP * (len(counts) - 1)
    if not total:
        return []
    small = [count * room / total < LEAST for count in counts]
    rest = sum(count for count, is_small in zip(counts, small, strict=True) if not is_small)
    left = room - LEAST * sum(small)
    return [
        float(LEAST) if is_small else count * left / rest
        for count, is_small in zip(counts, small, strict=True)
    ]


def proportion(counts: Counts, words: bool = True) -> SafeString:
    """Return the bar of how many targets are in which state, with the counts in words below.

    Shapes: state → count, or pairs of them; zeroes are left out. `words=False` draws the bar alone
    and says the words to a screen reader.
    """
    pairs = _sorted_counts(counts)
    sentence = ", ".join(mark_of(state).counted(count) for state, count in pairs) or "no targets"
    segments, x = [], 0.0
    for (state, _), width in zip(pairs, widths([count for _, count in pairs]), strict=True):
        segments.append((mark_of(state).tone, f"{x:.1f}", f"{width:.1f}"))
        x += width + GAP
    bar = format_html(
        '<svg class="proportion" viewBox="0 0 {} 8" preserveAspectRatio="none" {}>{}</svg>',
        WIDTH,
        format_html('role="img" aria-label="{}"', sentence) if not words else _HIDDEN,
        format_html_join(
            "", '<rect class="is-{}" x="{}" width="{}" height="8" rx="1.5"/>', segments
        )
        or format_html('<rect class="is-none" width="{}" height="8" rx="1.5"/>', WIDTH),
    )
    return format_html("{}{}", bar, counts_in_words(pairs)) if words else bar


_HIDDEN = format_html('aria-hidden="{}"', "true")


def counts_in_words(counts: Counts) -> SafeString:
    """Return "✓ 5 clean  ≠ 2 differ", each with its mark."""
    pairs = _sorted_counts(counts)
    if not pairs:
        return format_html('<div class="counts quiet">{}</div>', "no targets")
    if [state for state, _ in pairs] == ["unseen"]:
        return format_html('<div class="counts">{}</div>', state_tag("unseen", "no looks yet"))
    return format_html(
        '<div class="counts">{}</div>',
        format_html_join(
            "", "{}", ((state_tag(state, mark_of(state).counted(count)),) for state, count in pairs)
        ),
    )


def ring(share: float | None, tone: str = "clean", label: str = "") -> SafeString:
    """Return a ring filled by a share; a full one carries a check.

    Units: share 0.0 to 1.0; None and what lies outside are drawn as empty or full.
    """
    part = min(max(share or 0.0, 0.0), 1.0)
    percent = int(part * 100)
    arc = format_html(
        '<circle class="ring-arc" cx="13" cy="13" r="10.5" pathLength="100"'
        ' stroke-dasharray="{} 100" transform="rotate(-90 13 13)"/>',
        percent,
    )
    check = format_html('<path class="ring-check" d="{}"/>', "m9 13.2 2.8 2.8 5.2-5.6")
    return format_html(
        '<svg class="ring is-{}" viewBox="0 0 26 26" role="img" aria-label="{}">'
        '<circle class="ring-track" cx="13" cy="13" r="10.5"/>{}{}</svg>',
        tone,
        label or f"{percent} % done",
        arc if percent else "",
        check if part >= 1 else "",
    )


# Height and place of a cell beside its colour: what is bad stands tall, what is blind lies low.
_HEIGHTS = {
    "differs": 24,
    "refused": 24,
    "suspect": 20,
    "unconfirmed": 16,
    **dict.fromkeys(("clean", "expected", "exec"), 14),
}
_STRIP = 24


def heat(cells: Iterable[Cell], span: str = "24 h") -> SafeString:
    """Return a strip of one cell a quarter of an hour, oldest first, with a legend in words.

    Shapes: 96 cells make a day. The browser puts the times of the titles into the viewer's zone.
    """
    listed = list(cells)
    counts = Counter(cell.state for cell in listed)
    sentence = f"{span} in {len(listed)} cells: " + (
        ", ".join(f"{count} {mark_of(state).word}" for state, count in _sorted_counts(counts))
        or "nothing seen yet"
    )
    drawn = []
    for place, cell in enumerate(listed):
        tone = mark_of(cell.state).tone
        height = _HEIGHTS.get(tone, 8)
        title = cell_title(cell.at, cell.words)
        drawn.append((tone, place * 10, _STRIP - height, height, title))
    return format_html(
        '<figure class="heat"><svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg><div class="axis" aria-hidden="true"><span>{} ago</span>'
        "<span>now</span></div><figcaption>{}</figcaption></figure>",
        max(len(listed), 1) * 10,
        _STRIP,
        sentence,
        format_html_join(
            "",
            '<rect class="is-{}" x="{}" y="{}" width="9" height="{}" rx="1">{}</rect>',
            drawn,
        ),
        span,
        _legend(counts),
    )


def _legend(counts: Mapping[str, int]) -> SafeString:
    """Return each state of a strip with the number of its cells."""
    entries = (
        (mark.tone, icon(mark.icon), mark.word, count)
        for state, count in _sorted_counts(counts)
        for mark in (mark_of(state),)
    )
    return format_html(
        '<span class="counts">{}</span>',
        format_html_join(
            "",
            '<span class="state is-{}">{}{}&nbsp;<span class="quiet">&times; {}</span></span>',
            entries,
        ),
    )
