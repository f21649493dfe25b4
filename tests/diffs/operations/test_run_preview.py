"""A preview says what a rule would have done, over the rows that are really there."""

from __future__ import annotations

import random

import pytest

from diffs.models import Occurrence, PreviewState, RulePreview
from diffs.operations import run_preview as module
from diffs.operations.claim_previews import claim_previews
from diffs.operations.run_preview import run_preview
from diffs.report import Finding, Kind
from diffs.rules.apply import Context, apply_rules
from diffs.rules.rule import read_rule
from ledger.clock import database_now
from tests.diffs.operations.recorded import (
    KEEP_LAST,
    LEGACY,
    SHADOW,
    asked,
    drafted,
    judged,
    previewed,
    record,
    source_at,
)

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

OTHER = ('* -> "http://a"', '* -> "http://b"')


def test_counts_what_goes_and_what_stays():
    one, other = source_at("kube-1"), source_at("kube-2")
    for source in (one, other):
        record(source, "kube_a__1")
        record(source, "kube_a__2", *OTHER)
    record(one, "kube_a__3", is_present=False)

    preview = previewed(drafted())

    result = preview.result
    assert (preview.state, preview.done, preview.total) == (PreviewState.DONE, 5, 5)
    assert (result["routes"], result["stays"], result["past"]) == (2, 2, 1)
    assert (result["targets"], result["closes"], result["compared"]) == (2, 1, 2000)
    assert preview.ended_at >= preview.began_at


def test_lists_the_differences_with_their_own_counts():
    source, later = source_at("kube-1"), source_at("kube-2", tier="production")
    mine = record(source, "kube_a__1").variant.difference_id
    record(later, "kube_a__1")

    (listed,) = previewed(drafted({**KEEP_LAST, "scope": {"tier": "test"}})).result["differences"]

    assert (listed["id"], listed["routes"], listed["targets"]) == (mine, 1, 1)
    assert not listed["is_closed"]


def test_a_difference_of_which_a_route_stays_is_not_closed():
    source = source_at("kube-1")
    record(source, "kube_a__1"), record(source, "other__1")

    rule = {**KEEP_LAST, "scope": {"route": {"glob": "kube_*"}}}
    result = previewed(drafted(rule)).result

    assert (result["routes"], result["stays"], result["closes"]) == (1, 1, 0)


def test_names_every_variant_that_people_judged_a_bug_there_now_or_not():
    source = source_at("kube-1")
    gone = record(source, "kube_a__1", is_present=False, days_ago=3).variant
    judged(gone)
    judged(record(source, "kube_a__2", *OTHER).variant)
    judged(record(source, "kube_a__3").variant, "expected")

    result = previewed(drafted()).result

    assert [one["variant"] for one in result["bugs"]] == [gone.pk]
    assert result["bugs_total"] == 1


def test_what_was_seen_last_over_thirty_days_ago_is_left_out():
    record(source_at("kube-1"), "kube_a__1", is_present=False, days_ago=31)

    assert previewed(drafted()).result["past"] == 0


def test_says_at_which_targets_everything_goes_though_it_is_of_more_than_one_sort():
    one, other = source_at("kube-1"), source_at("kube-2")
    for source in (one, other):
        record(source, "kube_a__1"), record(source, "kube_a__2", *OTHER)
    record(other, "elsewhere", *OTHER)
    rule = {"kind": "ignore-id", "options": {"pattern": {"glob": "kube_*"}}, "side": "both"}

    assert previewed(drafted(rule)).result["emptied"] == ["kube-1"]


def test_one_sort_of_difference_that_goes_everywhere_is_not_everything():
    record(source_at("kube-1"), "kube_a__1")

    assert previewed(drafted()).result["emptied"] == []


def test_counts_what_it_hides_only_together_with_an_active_rule():
    left = '* -> comment("x") -> fifo(3, 2, "1s") -> "http://a"'
    record(source_at("kube-1"), "kube_a__1", left, SHADOW)
    assert previewed(drafted()).result["routes"] == 0

    active = drafted({"kind": "drop-filter", "options": {"names": ["comment"]}}, state="active")
    preview = previewed(drafted())

    assert preview.result["routes"] == 1
    assert preview.result["beside"] == [str(active.pk)]


def test_pairs_routes_whose_ids_differ():
    source = source_at("kube-1")
    for key, left, right in (("a__1", OTHER[0], ""), ("a__2", "", OTHER[0]), ("a__3", "", LEGACY)):
        record(source, key, left, right)
    record(source, "a__4", OTHER[0], "", is_present=False)

    result = previewed(drafted({"kind": "match-by-content"})).result

    assert (result["routes"], result["stays"], result["past"]) == (2, 1, 0)


def test_draws_ten_examples_the_same_ones_each_time():
    source = source_at("kube-1")
    for number in range(30):
        record(source, f"kube_a__{number}")
    preview = previewed(drafted())
    first = preview.result["examples"]
    RulePreview.objects.update(state=PreviewState.QUEUED, claim="", claimed_until=None)

    ((_, claim),) = claim_previews(now=database_now())
    run_preview(preview.pk, claim)

    preview.refresh_from_db()
    assert len(first) == len({one["finding"] for one in first}) == 10
    assert preview.result["examples"] == first


@pytest.mark.parametrize("seed", range(4))
def test_counts_as_brute_force_does(seed, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 3)
    dice = random.Random(seed)  # noqa: S311
    rows = [(LEGACY, SHADOW), OTHER, (OTHER[0], ""), ("", LEGACY)]
    sources = [source_at(f"kube-{n}", tier=dice.choice(["test", "production"])) for n in range(4)]
    for number in range(40):
        left, right = dice.choice(rows)
        key = f"{dice.choice(['kube_a', 'other'])}__{number}"
        record(dice.choice(sources), key, left, right, is_present=dice.random() < 0.7)
    content = dice.choice(
        [
            {**KEEP_LAST, "scope": {"tier": "test"}},
            {**KEEP_LAST, "scope": {"route": {"glob": "kube_*"}}},
            {"kind": "ignore-id", "options": {"pattern": {"glob": "kube_*"}}, "side": "both"},
            {"kind": "ignore-id", "options": {"pattern": {"glob": "*_a__*"}}, "side": "legacy"},
        ]
    )

    result = previewed(drafted(content)).result

    assert (result["routes"], result["stays"], result["past"]) == by_brute_force(content)


def by_brute_force(content):
    """Return the counts, each stored row laid before the rule by itself."""
    rule = read_rule("r", {"scope": {}, "options": {}, **content})
    routes = stays = past = 0
    for row in Occurrence.objects.select_related("finding", "source"):
        labels, kept = row.source.labels, row.finding
        found = Finding(kept.key, Kind(kept.kind), kept.left, kept.right)
        is_hidden = bool(apply_rules([found], [rule], context=Context(labels)).hidden)
        is_present = row.resolved_at is None
        routes += is_hidden and is_present
        past += is_hidden and not is_present
        stays += is_present and not is_hidden and rule.scope.covers(labels)
    return routes, stays, past


def test_texts_are_read_once_for_all_sources_that_have_them(monkeypatch):
    for number in range(5):
        record(source_at(f"kube-{number}"), "kube_a__1")
    preview = asked(drafted())
    ((_, claim),) = claim_previews(now=database_now())
    read = []
    original = module.stored_findings

    def counted(digests):
        read.extend(digests)
        return original(digests)

    monkeypatch.setattr(module, "stored_findings", counted)
    run_preview(preview.pk, claim)

    assert len(read) == 1
