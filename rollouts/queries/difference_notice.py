"""What is told of differences: which routes, where, and since when.

The texts of routes are not told: they may hold tokens, and mail and Slack are read elsewhere. The
page behind the link shows them to those who may look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from diffs.queries.variants import differences_of
from rollouts.models import Rollout, Target, ToldDifference
from rollouts.notifiers import Notice
from rollouts.queries.promotion_notice import moment
from rollouts.queries.target_rows import name_of
from rollouts.queries.told_differences import News

LISTED = 8
"""Routes and targets named in one notice; of more, the count is said."""

WORDS = {
    "only_in_legacy": "only on the old side",
    "only_in_shadow": "only on the new side",
    "predicate": "another predicate",
    "filter": "another filter",
    "backend": "another backend",
    "endpoints": "other endpoints",
    "field": "other values",
    "refused": "refused",
    "duplicate_id": "its id stands there twice",
}


def first_sight_notice(rollout: Rollout, news: News, *, now: datetime) -> Notice:
    """Return the one notice of all that a fleet already differs in when it is first looked at."""
    targets = _targets(news)
    title = (
        f"{rollout.key}: first sight of {_count(len(news.compared), 'cluster')},"
        f" {_difference_count(news)} at {_names(targets)}"
    )
    sentence = (
        "This is how the two sides stand at the beginning. From here on each difference that is new"
        " is told once."
    )
    return _notice(rollout, news, title, sentence, now)


def mass_notice(rollout: Rollout, news: News, *, now: datetime) -> Notice:
    """Return the one notice of a time in which most clusters came to differ."""
    targets = _targets(news)
    title = (
        f"{rollout.key}: {len(targets)} of {_count(len(news.compared), 'cluster')} differ at once,"
        f" {_difference_count(news)}"
    )
    sentence = (
        "More than half of the clusters came to differ within a minute. One cause is likely: a new"
        " version, a change that all of them read, or one side that fails everywhere."
    )
    return _notice(rollout, news, title, sentence, now)


def new_notice(rollout: Rollout, news: News, *, now: datetime) -> Notice:
    """Return the notice of differences that nobody was told of."""
    title = f"{rollout.key}: {_difference_count(news, 'new ')} at {_names(_targets(news))}"
    sentence = "The two sides no longer say the same. It was seen twice, so it is no passing lag."
    return _notice(rollout, news, title, sentence, now)


def gone_notice(
    rollout: Rollout, gone: Sequence[ToldDifference], *, left: int, now: datetime
) -> Notice:
    """Return the notice that differences told together are seen nowhere any more."""
    count = _count(len(gone), "difference")
    title = f"{rollout.key}: {count} resolved" + (f", {left} still there" if left else "")
    sentence = "No cluster of the rollout shows them any more."
    return _later_notice(gone, title, sentence, word="gone", now=now)


def back_notice(rollout: Rollout, back: Sequence[ToldDifference], *, now: datetime) -> Notice:
    """Return the notice that differences that were told to be resolved are there again."""
    title = f"{rollout.key}: {_count(len(back), 'difference')} back after being resolved"
    sentence = "They were told to be resolved and are seen again."
    return _later_notice(back, title, sentence, word="back", now=now)


def _notice(rollout: Rollout, news: News, title: str, sentence: str, now: datetime) -> Notice:
    """Return a notice that opens a thread."""
    first = news.fresh[0]
    key = f"difference {rollout.pk} {first.digest} {now.isoformat()}"
    targets = _targets(news)
    facts = (("Where", _listed([name_of(one) for one in targets])), ("Routes", _routes(news)))
    link = settings.BASE_URL + _page_of(rollout, news, targets)
    return Notice("difference", key, key, title, sentence, facts, link, moment(first.confirmed_at))


def _later_notice(
    rows: Sequence[ToldDifference],
    title: str,
    sentence: str,
    *,
    word: str,
    now: datetime,
) -> Notice:
    """Return a notice of a thread that is there already."""
    thread = rows[0].thread
    facts = (("Routes", _listed([row.key for row in rows], between="\n")),)
    link = settings.BASE_URL + reverse("overview")
    key = f"{thread} {word} {now.isoformat()}"
    return Notice("difference", key, thread, title, sentence, facts, link, moment(now))


def _targets(news: News) -> list[Target]:
    """Return where the differences are, in the order of their names."""
    found = {one.source_id for one in news.fresh}
    return [target for source_id, target in news.compared.items() if source_id in found]


def _page_of(rollout: Rollout, news: News, targets: Sequence[Target]) -> str:
    """Return the page that shows what is told of and as little else as there is."""
    differences = differences_of({one.digest for one in news.fresh}, rollout=rollout.key)
    if len(differences) == 1:
        return reverse("difference", args=[min(differences)])
    if len(targets) == 1:
        return reverse("target", args=[targets[0].pk])
    tiers = {target.tier_id: target.tier for target in targets}
    if len(tiers) == 1:
        (tier,) = tiers.values()
        return reverse("tier", args=[tier.rollout.key, tier.name])
    if differences:
        return f"{reverse('differences')}?rollout={rollout.key}"
    return reverse("overview")


def _routes(news: News) -> str:
    """Return the routes, each with what is different of it and at how many clusters."""
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in news.fresh:
        places[one.key, one.kind].add(one.source_id)
    lines = [_route(key, kind, len(sources)) for (key, kind), sources in places.items()]
    return _listed(lines, between="\n")


def _route(key: str, kind: str, sources: int) -> str:
    where = f" at {sources} clusters" if sources > 1 else ""
    return f"{key}: {WORDS.get(kind, kind)}{where}"


def _difference_count(news: News, word: str = "") -> str:
    """Return how many differences there are, "or more" where not all were read."""
    count = len({one.digest for one in news.fresh})
    more = " or more" if news.is_cut else ""
    return f"{count:,}{more} {word}{'difference' if count == 1 else 'differences'}"


def _names(targets: Sequence[Target]) -> str:
    """Return the name of one target, or the count of more."""
    return name_of(targets[0]) if len(targets) == 1 else _count(len(targets), "cluster")


def _listed(items: Sequence[str], *, between: str = ", ") -> str:
    shown = between.join(items[:LISTED])
    more = len(items) - LISTED
    return f"{shown}{between}and {more:,} more" if more > 0 else shown


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def by_thread(rows: Iterable[ToldDifference]) -> Mapping[str, list[ToldDifference]]:
    """Return told differences by the notice that told them first."""
    found: dict[str, list[ToldDifference]] = defaultdict(list)
    for row in rows:
        found[row.thread].append(row)
    return found
