"""Two people at one target at once: one wins, the other hears it, and the trail keeps both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from ledger.models import AuditRecord
from rollouts.operations.decisions import DecisionRefused, set_aside
from tests.factories import NOW, TargetFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

PEOPLE = 6


def test_of_several_people_with_the_same_page_exactly_one_decides():
    target = TargetFactory.create()
    people = [UserFactory.create(username=f"p{n}", role="approver") for n in range(PEOPLE)]
    start = Barrier(PEOPLE)

    def decide(person):
        try:
            start.wait(timeout=30)
            set_aside(
                target,
                actor=person,
                reason=f"because {person.username}",
                until=NOW + timedelta(days=1),
                version=1,
                now=NOW,
            )
        except DecisionRefused as refusal:
            return str(refusal)
        else:
            return person.username
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(decide, people))

    winners = [answer for answer in answers if answer.startswith("p")]
    assert len(winners) == 1
    assert set(answers) - set(winners) == {
        "Somebody changed this target since you opened the page. Look again."
    }
    target.refresh_from_db()
    assert (target.version, target.set_aside_reason) == (2, f"because {winners[0]}")
    actions = list(AuditRecord.objects.order_by("seq").values_list("action", flat=True))
    assert sorted(actions) == ["target_set_aside"] + ["target_set_aside_refused"] * (PEOPLE - 1)
