"""The review queue: its order, its filters, its counts, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diffs.models import Difference, Finding, Occurrence, Review
from diffs.verdicts import Verdict
from ledger.clock import database_now
from tests.rollouts import differing
from tests.rollouts.differing import difference, said, shown_by
from tests.rollouts.stage import collector_beats, signed_in, target
from tests.rollouts.views.reviewing import HOSTILE, QUEUE, path
from tests.rollouts.views.steps import words

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fleet():
    differing.differing_targets()


@pytest.fixture
def one() -> Difference:
    return differing.difference_at_two()


def test_the_queue_has_what_changes_requests_first_then_the_wider_then_the_older():
    now = database_now()
    fields = {"narrow": {}, "wide": {}, "older": {"first_seen_at": now - timedelta(days=3)}}
    made = {name: difference(name, **each) for name, each in fields.items()}
    made["cost"] = difference("cost", label="cost only")
    for name in ("narrow", "older", "cost"):
        shown_by(made[name], target("kube-1"), name)
    for alias in ("kube-1", "kube-2"):
        shown_by(made["wide"], target(alias), "wide")
        shown_by(made["cost"], target(alias), "cost_too")

    shown = words(signed_in(differing.vera()).get(QUEUE))

    order = sorted(made, key=lambda name: shown.index(f"<b>D-{made[name].pk}</b>"))
    assert order == ["wide", "older", "narrow", "cost"]
    assert "2 clusters / 2 routes" in shown
    assert "0 of 4 reviewed" in shown


def test_what_is_not_believed_yet_is_shown_to_nobody(one):
    Difference.objects.update(first_seen_at=None)
    vera = signed_in(differing.vera())

    assert one.sentence not in vera.get(QUEUE).content.decode()
    assert vera.get(path(one)).status_code == HTTPStatus.NOT_FOUND


def test_what_nobody_shows_at_the_moment_is_said_to_be_so():
    gone = difference("gone", gone_at=database_now(), format="records")
    here = difference("here", format="records")
    shown_by(here, target("kube-1"), "kube_a")

    shown = words(signed_in(differing.vera()).get(QUEUE))

    assert "1 cluster / 1 record" in shown.partition(f"<b>D-{here.pk}</b>")[2].partition("D-")[0]
    assert "not seen now" in shown.partition(f"<b>D-{gone.pk}</b>")[2]


def test_a_filter_stands_in_the_address_with_counts(one):
    other = difference("other", kind="backend")
    shown_by(other, target("kube-3"), "kube_c")
    said(other, Verdict.BUG)
    vera = signed_in(differing.vera())

    def listed(**query):
        shown = words(vera.get(QUEUE, query))
        return [row.pk for row in (one, other) if f"<b>D-{row.pk}</b>" in shown]

    assert listed() == [one.pk, other.pk]
    assert listed(kind="backend") == [other.pk]
    assert listed(tier="routesrv/production") == [other.pk]
    assert listed(verdict="unreviewed") == [one.pk]
    assert listed(verdict="bug") == [other.pk]
    assert listed(q="kube_c") == [other.pk]
    assert listed(q=f"d-{one.pk}") == [one.pk]
    assert listed(kind="nonsense") == []
    assert 'href="?kind=backend">backend <span>1</span>' in words(vera.get(QUEUE))


def test_mine_are_those_that_i_own(one):
    bob = differing.bob()
    Difference.objects.update(owner=bob)

    assert f"<b>D-{one.pk}</b>" in words(signed_in(bob).get(QUEUE, {"owner": "mine"}))
    assert f"<b>D-{one.pk}</b>" not in words(
        signed_in(differing.carol()).get(QUEUE, {"owner": "mine"})
    )


def test_what_is_resolved_is_listed_where_it_is_asked_for(one):
    Difference.objects.update(gone_at=database_now() - timedelta(hours=1))
    vera = signed_in(differing.vera())

    assert f"<b>D-{one.pk}</b>" not in words(vera.get(QUEUE))
    assert f"<b>D-{one.pk}</b>" in words(vera.get(QUEUE, {"state": "resolved"}))


def test_an_empty_queue_says_why_it_is_empty():
    vera = signed_in(differing.vera())

    assert "4 of 4 targets fresh" not in words(vera.get(QUEUE))
    assert "3 of 4 targets fresh; last look" in words(vera.get(QUEUE))
    shown_by(difference(), target("kube-1"))
    assert "No difference matches" in words(vera.get(QUEUE, {"kind": "backend"}))
    collector_beats(seconds_ago=3600)
    Difference.objects.update(first_seen_at=None)
    assert "Nobody looks" in words(vera.get(QUEUE))


def test_the_bar_counts_what_nobody_reviewed(one):
    vera = signed_in(differing.vera())

    assert 'Differences <span class="count" id="differences-count">1</span>' in words(vera.get("/"))
    said(one, Verdict.BUG)
    hidden = 'Differences <span class="count" id="differences-count" hidden>0</span>'
    assert hidden in words(vera.get("/"))
    assert hidden in words(vera.get(QUEUE))


def test_a_poll_that_finds_nothing_new_is_not_answered_again(one):
    vera = signed_in(differing.vera())
    for page, part in ((QUEUE, "queue"), (path(one), "difference")):
        headers = {"HX-Request": "true", "HX-Target": part}
        etag = vera.get(page, headers=headers)["ETag"]
        again = vera.get(page, headers={**headers, "If-None-Match": etag})
        assert again.status_code == HTTPStatus.NOT_MODIFIED
        said(one, Verdict.BUG, reason=f"as {part}")
        changed = vera.get(page, headers={**headers, "If-None-Match": etag})
        assert changed.status_code == HTTPStatus.OK


def test_the_queue_of_many_differences_asks_no_more_than_that_of_few(one):
    vera = signed_in(differing.vera())
    vera.get(QUEUE)
    for number in range(30):
        shown_by(difference(f"shape {number}"), target("kube-1"), f"route_{number}")
    for row in Difference.objects.all()[:10]:
        said(row, Verdict.BUG)

    with CaptureQueriesContext(connection) as queries:
        response = vera.get(QUEUE)

    assert "1 to 25 of 31 differences" in words(response)
    assert len(queries) <= 12


def test_text_that_is_markup_stays_text(one):
    Difference.objects.update(sentence=HOSTILE, kind=HOSTILE[:20])
    one.variants.update(sentence=HOSTILE, key=HOSTILE)
    Occurrence.objects.update(key=HOSTILE)
    Finding.objects.update(left=HOSTILE, right=f"{HOSTILE} other")
    Review.objects.update(reason=HOSTILE)
    bob = signed_in(differing.bob())

    for page in (QUEUE, path(one), f"{path(one)}?view=raw&do={HOSTILE}&at=9&tier={HOSTILE}"):
        shown = bob.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "alert(1)" in shown
    listed = bob.get(QUEUE).content.decode()
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in listed.partition("<main")[2].partition("groups")[2]


@pytest.mark.parametrize(
    "query",
    ["page=999", "page=x", "at=x", "at=99999999999999999999", "view=x", "q=%00", "tier=%F0"],
)
def test_an_odd_address_is_answered_with_a_page(one, query):
    vera = signed_in(differing.vera())

    assert vera.get(f"{QUEUE}?{query}").status_code == HTTPStatus.OK
    assert vera.get(f"{path(one)}?{query}").status_code == HTTPStatus.OK
