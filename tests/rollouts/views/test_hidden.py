"""What rules hide is counted wherever routes are, and shown with both texts."""

from __future__ import annotations

import re

import pytest

from diffs.models import Comparison, SideState, SourceState
from diffs.operations.keep_findings import keep_findings
from diffs.operations.store_body import store_body
from diffs.queries.memory import packed_digests
from diffs.rules.rule import read_rule
from diffs.rules.rule_set import rules_digest
from ledger.clock import database_now
from tests.diffs.operations.recorded import KEEP_LAST, LEGACY, SHADOW, drafted
from tests.diffs.rules.ruling import finding
from tests.rollouts.ruling import alice
from tests.rollouts.stage import collector_beats, load, signed_in, stand, target

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rule():
    """An active rule that hides two routes at kube-1, as a look leaves it."""
    load()
    collector_beats()
    row = drafted({**KEEP_LAST, "scope": {"rollout": "routesrv"}}, state="active")
    source, now = target("kube-1").source, database_now()
    found = keep_findings(
        [finding(LEGACY, SHADOW, key=key) for key in ("kube_a__1", "kube_a__2")], now=now
    )
    for side in ("legacy", "shadow"):
        kept = store_body(side.ljust(64, "0"), side.encode(), like=None, now=now)
        SideState.objects.create(source=source, side=side, snapshot=kept)
    rules = [read_rule(str(row.pk), row.content)]
    digest = rules_digest(rules, labels=source.labels, format_name="eskip")
    Comparison.objects.create(
        legacy_id="legacy".ljust(64, "0"), shadow_id="shadow".ljust(64, "0"), rules_digest=digest,
        comparer="c", total=9, matched=7, findings=b"", hidden=2,
        hidden_findings=packed_digests(found), compared_at=now,
    )  # fmt: skip
    stand(target("kube-1"), "equal_after_rules", total=9, matched=7)
    SourceState.objects.filter(source=source).update(
        hidden=2, hits={str(row.pk): 2}, rules_digest=digest, comparer="c"
    )
    return row


def text(path):
    answer = signed_in(alice()).get(path)
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", "", answer.content.decode()).split())


@pytest.mark.parametrize("path", ["/", "/rollouts/routesrv/test/"])
def test_where_tiers_are_told_so_is_what_is_hidden(rule, path):
    assert "hidden by 1 rule: 2 routes" in text(path)


def test_a_tier_in_which_nothing_is_hidden_says_nothing(rule):
    assert "hidden by" not in text("/rollouts/routesrv/production/")


def test_the_page_of_a_target_leads_to_the_routes_with_both_texts(rule):
    target_id = target("kube-1").pk
    assert "hidden by 1 rule: 2 routes" in text(f"/targets/{target_id}/")

    shown = text(f"/targets/{target_id}/hidden/")

    assert f"R-{rule.pk}2 routes" in shown
    assert f"kube_a__1 filter, hidden by R-{rule.pk}" in shown
    assert shown.count("fifo(2000, 20,") >= 2


def test_where_nothing_is_hidden_the_page_says_so(rule):
    assert "No rule hides anything here now" in text(f"/targets/{target('kube-2').pk}/hidden/")
