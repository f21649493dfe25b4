"""The state row counts every look there ever was by its outcome, and never forgets one."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from diffs.models import HourRollup, SourceState
from diffs.models.source import Reads
from diffs.operations.prune import prune
from diffs.operations.record_look import record_failure
from diffs.operations.restart_proof import restart_proof
from tests.factories import NOW, SourceFactory
from tests.servers import answers

pytestmark = pytest.mark.sqlite


def test_looks_are_counted_by_outcome_over_restarts_of_proof_and_pruning(watched):
    watched.look()
    watched.look()
    watched.pair.shadow.behave(answers.html_page())
    watched.look()
    restart_proof(
        watched.source.pk, reads=Reads.BOTH, is_soaking=True, reason="moved", now=watched.now
    )
    prune(now=watched.now + timedelta(days=400))

    assert watched.state.outcomes == {"equal": 2, "not_a_table": 1}
    assert sum(watched.state.outcomes.values()) == watched.state.looks


def test_a_look_at_which_penumbra_failed_is_counted_as_well(watched):
    begun = watched.begin(after=60)
    record_failure(begun.source_id, begun.claim, ValueError(), now=watched.now)

    assert watched.state.outcomes == {"untrusted": 1}


@pytest.mark.django_db
def test_counting_begins_with_what_the_hours_remember():
    source, other = SourceFactory.create(), SourceFactory.create()
    for hours, outcomes in enumerate([{"equal": 2}, {"equal": 1, "lag": 4}]):
        at = NOW + timedelta(hours=hours)
        HourRollup.objects.create(source=source, hour=at, outcomes=outcomes)

    import_module("diffs.migrations.0009_rollups_of_days").count_past_looks(apps, None)

    counts = dict(SourceState.objects.values_list("source_id", "outcomes"))
    assert counts == {source.pk: {"equal": 3, "lag": 4}, other.pk: {}}
