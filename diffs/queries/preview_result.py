"""What a preview came to, as the JSON that is kept of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count

from diffs.models import Difference, Occurrence, SourceState, Variant
from diffs.queries.rules_in_scope import ScopedSource, digest_of
from diffs.rules.hiding import hiding_of
from diffs.rules.rule import Rule
from diffs.rules.tally import Tally
from diffs.verdicts import Verdict

MOST_DIFFERENCES = 200
"""Differences that are listed one by one; all of them are counted."""

MOST_IDS = 20_000
MOST_BUGS = 50
BATCH = 500


def preview_result(
    rule: Rule, tally: Tally, *, sources: Collection[ScopedSource], beside: Collection[str]
) -> dict[str, object]:
    """Return the counts of a tally with what only the database knows: sentences and verdicts.

    Shapes
        content         names what the rule said then
        sources         ids of those it went through
        beside          ids of the rules that were active there
        routes, stays   routes hidden now, and those of the same sources that are not
        past            findings hidden that are not there any more
        targets         sources at which anything is hidden now
        closes          differences of which nothing would be left anywhere
        differences     the largest ones, as listed by `_listed`; `difference_ids` are all of them
        bugs            variants that people judged a bug, hidden now or then
        emptied         targets at which everything goes, though it is of more than one sort
        examples        finding digests with the source at which each was drawn
    """
    hidden = [pk for pk in {*tally.routes, *tally.past} if pk is not None]
    closed = _closed(tally)
    bugs = _bugs(tally.variants)
    labels = {source.id: str(source.labels.get("target", source.id)) for source in sources}
    return {
        "content": digest_of(rule),
        "sources": [source.id for source in sources],
        "beside": list(beside),
        "is_unforeseen": any(
            hiding_of(rule, (), labels=source.labels, format_name=source.format).is_unforeseen
            for source in list(sources)[:1]
        ),
        "routes": tally.routes.total(),
        "stays": tally.stays.total(),
        "past": tally.past.total(),
        "targets": tally.touched,
        "compared": _compared(sources),
        "closes": len(closed),
        "differences": _listed(hidden, tally, closed),
        "differences_total": len(hidden),
        "difference_ids": sorted(hidden)[:MOST_IDS],
        "bugs": bugs[:MOST_BUGS],
        "bugs_total": len(bugs),
        "emptied": [labels[pk] for pk in tally.emptied],
        "examples": [
            {"finding": one.finding, "source": one.source, "is_present": one.is_present}
            for one in tally.examples
        ],
    }


def _compared(sources: Iterable[ScopedSource]) -> int:
    """Return how many routes these sources compare."""
    rows = SourceState.objects.filter(pk__in=[source.id for source in sources])
    return sum(rows.values_list("total", flat=True))


def _closed(tally: Tally) -> set[int]:
    """Return the differences of which everything that is there now would be hidden."""
    wholly = [pk for pk in tally.routes if pk is not None and not tally.stays[pk]]
    there: Counter[int] = Counter()
    for batch in _cut(wholly):
        rows = Occurrence.objects.filter(
            variant__difference__in=batch, resolved_at=None, confirmed_at__isnull=False
        )
        counts = rows.values_list("variant__difference").annotate(count=Count("pk")).order_by()
        there.update(dict(counts))
    return {pk for pk in wholly if there[pk] == tally.routes[pk]}


def _bugs(variants: Collection[int]) -> list[dict[str, object]]:
    """Return those of some variants that people judged a bug."""
    found = []
    for batch in _cut(sorted(variants)):
        rows = Variant.objects.filter(
            pk__in=batch, review__verdict=Verdict.BUG, review__undone_at=None
        )
        columns = ("pk", "difference_id", "key", "sentence")
        found += [
            {"variant": pk, "difference": difference, "key": key, "sentence": sentence}
            for pk, difference, key, sentence in rows.order_by("pk").values_list(*columns)
        ]
    return found


def _listed(
    hidden: Collection[int], tally: Tally, closed: Collection[int]
) -> list[dict[str, object]]:
    """Return the largest differences with their counts."""
    largest = sorted(hidden, key=lambda pk: (-tally.routes[pk], -tally.past[pk], pk))
    rows = Difference.objects.in_bulk(largest[:MOST_DIFFERENCES])
    return [
        {
            "id": pk,
            "sentence": rows[pk].sentence,
            "kind": rows[pk].kind,
            "routes": tally.routes[pk],
            "past": tally.past[pk],
            "stays": tally.stays[pk],
            "targets": len(tally.targets.get(pk, ())),
            "is_closed": pk in closed,
        }
        for pk in largest[:MOST_DIFFERENCES]
        if pk in rows
    ]


def _cut(keys: Collection[int]) -> Iterable[list[int]]:
    listed = list(keys)
    return (listed[start : start + BATCH] for start in range(0, len(listed), BATCH))
