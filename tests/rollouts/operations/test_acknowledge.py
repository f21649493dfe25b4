"""Believing a table that shrank: on a person's word, with a reason, for the size they saw."""

from __future__ import annotations

import pytest

from diffs.models import SideState, SourceState
from ledger.models import AuditRecord
from rollouts.operations.decisions import DecisionRefused, acknowledge
from tests.factories import NOW, TargetFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

REASON = "namespace shop moved to kube-9"


@pytest.fixture
def suspect():
    """A target whose shadow table fell from 100 to 60 routes."""
    target = TargetFactory.create(source__state_outcome="suspect", source__state_side="shadow")
    for side, routes in (("legacy", 100), ("shadow", 60)):
        SideState.objects.create(
            source=target.source, side=side, routes=routes, good_routes=100, read_at=NOW
        )
    return target


def believe(target, actor, *, reason=REASON, version=1, seen_routes=60):
    return acknowledge(
        target, actor=actor, reason=reason, version=version, seen_routes=seen_routes, now=NOW
    )


def good_routes(target):
    return dict(SideState.objects.filter(source=target.source).values_list("side", "good_routes"))


def test_the_present_size_of_the_suspected_side_counts_as_good_and_it_is_looked_at_again(suspect):
    SourceState.objects.filter(source=suspect.source).update(next_look_at="2027-01-01T00:00Z")

    believe(suspect, UserFactory.create(username="bob", role="approver", tier=suspect.tier))

    assert good_routes(suspect) == {"legacy": 100, "shadow": 60}
    assert SourceState.objects.get(source=suspect.source).next_look_at == NOW
    record = AuditRecord.objects.get()
    assert (record.action, record.actor, record.reason) == ("table_acknowledged", "bob", REASON)
    assert record.before == {"side": "shadow", "routes": 100}
    assert record.after == {"routes": 60}


def test_a_table_that_shrank_further_since_the_page_was_opened_is_not_believed(suspect):
    SideState.objects.filter(source=suspect.source, side="shadow").update(routes=0)

    with pytest.raises(DecisionRefused, match="shrank further, to 0 routes"):
        believe(suspect, UserFactory.create(role="operator"))

    assert good_routes(suspect) == {"legacy": 100, "shadow": 100}
    assert AuditRecord.objects.get().action == "table_acknowledged_refused"


def test_a_table_that_grew_meanwhile_is_believed(suspect):
    SideState.objects.filter(source=suspect.source, side="shadow").update(routes=61)

    believe(suspect, UserFactory.create(role="operator"))

    assert good_routes(suspect)["shadow"] == 61


def test_there_is_nothing_to_believe_once_the_table_is_sound(suspect):
    SourceState.objects.filter(source=suspect.source).update(outcome="equal", side="")

    with pytest.raises(DecisionRefused, match="No table of this target is suspect"):
        believe(suspect, UserFactory.create(role="operator"))

    assert AuditRecord.objects.get().action == "table_acknowledged_refused"


def test_a_viewer_cannot_believe_for_others(suspect):
    with pytest.raises(DecisionRefused, match="neither approver"):
        believe(suspect, UserFactory.create(role="viewer"))

    assert good_routes(suspect) == {"legacy": 100, "shadow": 100}


def test_a_click_counts_once(suspect):
    olga = UserFactory.create(role="operator")
    believe(suspect, olga)

    with pytest.raises(DecisionRefused, match="Somebody changed this target"):
        believe(suspect, olga)


@pytest.mark.parametrize("reason", ["", "no", "a\u202eb" * 3])
def test_the_reason_has_to_be_readable(suspect, reason):
    with pytest.raises(DecisionRefused, match="reason"):
        believe(suspect, UserFactory.create(role="operator"), reason=reason)

    assert good_routes(suspect) == {"legacy": 100, "shadow": 100}
