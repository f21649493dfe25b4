"""What a monitoring system reads: the right numbers, cheaply, and only with the token."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.environment import BadSetting
from config.metrics_settings import metrics_token
from diffs.models import SourceState
from diffs.operations.prune import prune
from ledger import heartbeat, outbox
from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.models import Rollout, Target
from rollouts.permissions.roles import Role
from rollouts.permissions.scraping import CLOSED, UNREADABLE
from tests.factories import RolloutFactory, TargetFactory, TierFactory
from tests.rollouts.stage import collector_beats, load, person, signed_in, stand, target
from tests.rollouts.views.exposed import Exposed
from tests.rollouts.views.steps import standing_promotion

pytestmark = [pytest.mark.django_db]
TOKEN = "0123456789abcdef" * 4


@pytest.fixture
def fleet(settings):
    settings.METRICS_TOKEN = TOKEN
    load()
    collector_beats()


def ask(token: str = TOKEN, *, scheme: str = "Bearer", client: Client | None = None):
    headers = {"Authorization": f"{scheme} {token}"} if token else {}
    return (client or Client()).get("/metrics", headers=headers)


def read() -> Exposed:
    response = ask()
    assert response.status_code == HTTPStatus.OK
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Exposed(response.content.decode())


def of_target(alias: str) -> dict[str, str]:
    one = target(alias)
    return {"rollout": "routesrv", "tier": one.tier.name, "target": one.key}


def test_looks_are_counted_by_outcome(fleet):
    stand(target("kube-1"), outcomes={"equal": 7, "lag": 1})
    stand(target("kube-2"), outcomes={"equal": 2})

    page = read()

    assert page.types["penumbra_looks_total"] == "counter"
    assert page.value("penumbra_looks_total", rollout="routesrv", outcome="equal") == 9
    assert page.value("penumbra_looks_total", rollout="routesrv", outcome="lag") == 1


def test_no_counter_goes_backwards_when_rows_are_pruned_or_a_target_leaves(fleet):
    stand(target("kube-1"), outcomes={"equal": 7})
    before = read().of("penumbra_looks_total")

    prune(now=database_now() + timedelta(days=1000))
    Target.objects.update(removed_at=database_now())

    assert read().of("penumbra_looks_total") == before != {}


def test_targets_are_counted_by_tier_mode_and_state_as_pages_show_them(fleet):
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), "different")
    tier = target("kube-1").tier.name
    mode = target("kube-1").mode

    page = read()

    labels = {"rollout": "routesrv", "tier": tier, "mode": mode}
    assert page.value("penumbra_targets", **labels, state="differs") == 2
    assert sum(page.of("penumbra_targets").values()) == Target.objects.count()
    collector_beats(seconds_ago=60)
    assert read().value("penumbra_targets", **labels, state="blind") >= 2


def test_each_target_tells_its_last_look_how_long_it_took_and_how_late_a_side_was(fleet):
    now = database_now()
    at = now - timedelta(seconds=100)
    stand(target("kube-1"), last_look_at=at, look_seconds=1.25, lag_seconds=4.5)

    page, one = read(), of_target("kube-1")

    assert 100 <= page.value("penumbra_target_since_last_look_seconds", **one) < 160
    assert page.value("penumbra_target_look_seconds", **one) == 1.25
    assert page.value("penumbra_target_lag_seconds", **one) == 4.5
    never = frozenset(of_target("kube-2").items())
    assert never not in page.of("penumbra_target_since_last_look_seconds")
    assert never not in page.of("penumbra_target_lag_seconds")


def test_the_queue_is_as_old_as_the_longest_waiting_look_that_no_worker_has(fleet):
    now = database_now()
    states = SourceState.objects.order_by("pk")
    states.update(next_look_at=now + timedelta(hours=1))
    assert (read().value("penumbra_oldest_due_look_seconds"), queued()) == (0, 0)

    first, second, third = states[:3]
    states.filter(pk=first.pk).update(next_look_at=now - timedelta(seconds=30))
    states.filter(pk=second.pk).update(next_look_at=now - timedelta(seconds=20))
    states.filter(pk=third.pk).update(
        next_look_at=now - timedelta(seconds=900), claimed_until=now + timedelta(hours=1)
    )

    assert 30 <= read().value("penumbra_oldest_due_look_seconds") < 90
    assert queued() == 2
    third.source.__class__.objects.filter(pk=first.pk).update(reads="none")
    assert queued() == 1


def queued() -> float:
    return read().value("penumbra_looks_due")


def test_the_outbox_tells_how_long_it_waits_and_what_was_given_up(fleet):
    now = database_now()
    assert read().value("penumbra_outbox_oldest_seconds") == 0
    Outbox.objects.all().delete()
    with transaction.atomic():
        for name, seconds in (("old", 50), ("young", 5), ("done", 500), ("lost", 900)):
            at = now - timedelta(seconds=seconds)
            outbox.enqueue("notice", dedupe_key=name, payload={}, now=at)
    Outbox.objects.filter(pk="done").update(done_at=now, next_at=None)
    Outbox.objects.filter(pk="lost").update(next_at=None)

    page = read()

    assert page.value("penumbra_outbox_waiting") == 2
    assert 50 <= page.value("penumbra_outbox_oldest_seconds") < 110
    assert page.value("penumbra_outbox_given_up") == 1


def test_heartbeats_open_promotions_and_the_databases_clock_are_told(fleet):
    now = database_now()
    heartbeat.beat("sweep", now=now - timedelta(seconds=40))
    promotion = standing_promotion(target("kube-1").tier)
    where = {"rollout": "routesrv", "tier": promotion.tier.name, "state": promotion.state}

    page = read()

    assert 40 <= page.value("penumbra_heartbeat_age_seconds", duty="sweep") < 100
    assert page.value("penumbra_heartbeat_age_seconds", duty="due") < 60
    assert page.of("penumbra_open_promotions") == {frozenset(where.items()): 1}
    assert 0 <= page.value("penumbra_database_time_seconds") - now.timestamp() < 60
    assert set(page.types.values()) == {"counter", "gauge"}


def test_names_of_any_kind_come_back_as_they_are(fleet):
    odd = 'a "quoted" \\ name\nof two lines, {x="y"} ü'
    Rollout.objects.filter(key="routesrv").update(key=odd)
    stand(Target.objects.first(), outcomes={"equal": 3})

    assert read().value("penumbra_looks_total", rollout=odd, outcome="equal") == 3


def test_250_targets_cost_no_more_queries_than_a_few(settings):
    settings.METRICS_TOKEN = TOKEN
    tier = TierFactory.create(rollout=RolloutFactory.create())
    counts = []
    for size in (5, 250):
        for _ in range(size - Target.objects.count()):
            stand(TargetFactory.create(tier=tier), outcomes={"equal": 1})
        with CaptureQueriesContext(connection) as queries:
            read()
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 9


def test_without_a_token_in_the_settings_nobody_reads_them(fleet, settings):
    settings.METRICS_TOKEN = ""

    for shown in ("", TOKEN, "x"):
        response = ask(shown)
        assert (response.status_code, response.content.decode()) == (403, CLOSED)


@pytest.mark.parametrize("shown", ["", TOKEN[:-1], f"{TOKEN}0", TOKEN.upper(), "ü" * 64])
def test_another_token_is_refused_and_told_how_to_show_one(fleet, shown):
    response = ask(shown)

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert b"penumbra_" not in response.content


def test_neither_another_scheme_nor_a_persons_session_opens_them(fleet):
    olga = signed_in(person("olga", *Role))

    assert ask(scheme="Basic").status_code == HTTPStatus.UNAUTHORIZED
    assert ask("", client=olga).status_code == HTTPStatus.UNAUTHORIZED
    assert ask(scheme="bearer").status_code == HTTPStatus.OK


def test_the_token_opens_nothing_else_and_changes_nothing(fleet):
    headers = {"Authorization": f"Bearer {TOKEN}"}

    assert Client().get("/", headers=headers).status_code == HTTPStatus.FOUND
    assert Client().post("/metrics", headers=headers).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_token_may_lie_in_a_file_that_is_read_each_time(fleet, settings, tmp_path):
    file = tmp_path / "token"
    settings.METRICS_TOKEN = f"file:{file}"

    assert ask().content.decode() == UNREADABLE
    file.write_text(f"{TOKEN}\n")
    assert ask().status_code == HTTPStatus.OK
    file.write_text("short")
    assert ask("short").status_code == HTTPStatus.FORBIDDEN
    file.write_text("")
    assert ask("").status_code == HTTPStatus.FORBIDDEN


def test_a_token_that_is_too_short_ends_the_start(monkeypatch):
    monkeypatch.setenv("PENUMBRA_METRICS_TOKEN", "guessable")

    with pytest.raises(BadSetting, match="PENUMBRA_METRICS_TOKEN is shorter than 32"):
        metrics_token()
    monkeypatch.setenv("PENUMBRA_METRICS_TOKEN", TOKEN)
    assert (metrics_token(), repr(metrics_token())) == (TOKEN, "'…'")
    monkeypatch.delenv("PENUMBRA_METRICS_TOKEN")
    assert metrics_token() == ""
