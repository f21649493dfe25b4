"""What the page of a target says of its evidence: poison, lag, pods, sizes, quiet times."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from diffs.formats import FORMATS
from diffs.lags import with_lag
from diffs.models import HourRollup, PodSighting, Reading, SideState
from diffs.operations.store_body import store_body
from diffs.poisons import AFTER_CHANGE, AFTER_REFUSAL
from diffs.quiet import LEAST_MOVES, begun, moved, packed
from ledger.clock import database_now
from tests.rollouts.stage import stand, target
from tests.rollouts.views.shown import page

pytestmark = [pytest.mark.django_db]


def show(side, body, **columns):
    """Let a side of kube-1 show a body, read as a worker reads it."""
    one, now = target("kube-1"), database_now()
    kept = store_body(hashlib.sha256(body).hexdigest(), body, like=None, now=now)
    table = FORMATS["eskip"].read(body)
    Reading.objects.create(
        snapshot=kept,
        reader=FORMATS["eskip"].label,
        routes=table.routes,
        digest=table.digest,
        refusals=[
            {name: getattr(found, name) for name in ("key", "line", "column", "reason", "excerpt")}
            for found in table.refusals
        ],
    )
    fields = {"snapshot": kept, "routes": table.routes, "read_at": now, "moved_at": now}
    SideState.objects.create(source=one.source, side=side, **{**fields, **columns})
    return one


def test_a_refused_route_is_named_with_its_kind_its_place_and_what_follows(vera):
    body = b'ok: * -> "http://ok";\nbad: Method("GET") && Method("PUT") -> "http://x";'
    stand(show("shadow", body), "refused", side="shadow")

    shown = page(vera)

    assert "two Method predicates" in shown
    assert "line 2, column 23" in shown
    assert AFTER_REFUSAL in shown
    assert AFTER_CHANGE not in shown


def test_a_value_that_would_change_is_told_though_both_sides_agree(vera):
    stand(show("legacy", rb'a: * -> "http://a\nb";' + b"\n"), "equal")

    shown = page(vera)

    assert "1 route that would be read as another value" in shown
    assert "read as an escape" in shown
    assert AFTER_CHANGE in shown


def test_lag_is_told_with_its_percentiles_and_their_number(vera):
    one = target("kube-1")
    stand(one)
    assert "Lag over 24 h</dt><dd>none" in page(vera)
    hour = database_now().replace(minute=0, second=0, microsecond=0)
    for hours, some in ((0, (2.5, 2.6)), (3, (9.5,)), (30, (900.0,))):
        counts = []
        for seconds in some:
            counts = with_lag(counts, seconds)
        at = hour - timedelta(hours=hours)
        HourRollup.objects.create(source=one.source, hour=at, lags=counts)

    shown = page(vera)

    assert "p50 ≤ 3 s · p95 ≤ 10 s" in shown
    assert "of 3 lags seen" in shown


def test_pods_are_counted_and_the_one_that_stands_apart_is_marked(vera):
    one, now = target("kube-1"), database_now()
    stand(one)
    SideState.objects.create(source=one.source, side="legacy", pods={"http://x/routes": 184})
    for number, minutes in ((1, 1), (2, 5), (3, 40)):
        PodSighting.objects.create(
            source=one.source,
            side="legacy",
            pod=f"10.0.0.{number}:9911",
            address="http://x/routes",
            digest="a" * 64,
            since=now - timedelta(hours=1),
            seen_at=now - timedelta(minutes=minutes),
            is_apart=number == 1,
        )

    shown = page(vera)

    assert "seen 2 of 184 in the last 10 min" in shown
    assert shown.count("stands apart") == 1
    assert shown.index("10.0.0.1:9911") < shown.index("10.0.0.3:9911") < shown.index("181 more")


def test_a_side_says_after_which_quiet_time_it_would_be_told(vera):
    now = database_now()
    history = begun(now - timedelta(days=10))
    for _ in range(LEAST_MOVES):
        history = moved(history, timedelta(minutes=30), at=now)
    stand(show("legacy", b'a: * -> "http://a";', quiet=packed(history)))

    assert "longer than 2 h would be told as a source that stands still" in page(vera)


def test_the_size_of_the_table_is_drawn_with_how_it_changed(vera):
    one = target("kube-1")
    stand(one)
    hour = database_now().replace(minute=0, second=0, microsecond=0)
    for hours, routes in ((3, 1200), (2, 1000), (1, 1100)):
        HourRollup.objects.create(
            source=one.source, hour=hour - timedelta(hours=hours), routes=routes
        )

    shown = page(vera)

    assert "Routes, those of both sides counted once: 1,200 at first, 1,100 now" in shown
    assert "1,200 → 1,100 routes, -100 (-8.3%)." in shown
    assert "Its largest fall from one hour to the next: -200 (-16.7%)." in shown
