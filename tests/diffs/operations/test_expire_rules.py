"""Rules end by their date, and it is kept when each hid anything last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import Rule, SourceState
from diffs.operations.expire_rules import expire_rules
from diffs.operations.keep_rule_hits import keep_rule_hits
from diffs.queries.rule_hits import Hits, rule_hits
from ledger.clock import database_now
from ledger.models import AuditRecord
from tests.diffs.operations.recorded import KEEP_LAST, drafted, source_at

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def test_a_rule_past_its_date_is_retired_told_and_looked_after():
    inside, outside = source_at("kube-1"), source_at("kube-2", tier="production")
    now = database_now()
    rule = drafted(
        {**KEEP_LAST, "scope": {"tier": "test"}},
        state="active",
        expires_at=now + timedelta(hours=1),
    )
    SourceState.objects.update(next_look_at=now + timedelta(hours=9))
    assert expire_rules(now=now) == 0

    later = now + timedelta(hours=1)
    assert expire_rules(now=later) == 1

    row = Rule.objects.get()
    assert (row.state, row.ended_at, row.ended_by) == ("retired", later, None)
    told = AuditRecord.objects.get()
    assert (told.action, told.subject) == ("rule_expired", f"rule {rule.name} keep-last")
    due = dict(SourceState.objects.values_list("source_id", "next_look_at"))
    assert due == {inside.pk: later, outside.pk: now + timedelta(hours=9)}
    assert expire_rules(now=later) == 0


def test_a_draft_past_its_date_stays_a_draft():
    drafted(expires_at=database_now())

    assert expire_rules(now=database_now() + timedelta(days=1)) == 0


def test_the_time_of_the_last_hit_is_kept_of_rules_that_hit_now():
    hitting, idle = drafted(state="active"), drafted(state="active")
    for name, hits in (("kube-1", 3), ("kube-2", 4), ("kube-3", 0)):
        source = source_at(name)
        SourceState.objects.filter(source=source).update(
            hits={str(hitting.pk): hits, str(idle.pk): 0}
        )
    now = database_now()

    assert keep_rule_hits(now=now) == 1

    assert rule_hits() == {str(hitting.pk): Hits(7, 2)}
    assert dict(Rule.objects.values_list("pk", "last_hit_at")) == {hitting.pk: now, idle.pk: None}
