"""Tables that a promotion names stay, whatever else is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import DailyBody, KeptBody, Snapshot
from diffs.operations.keep_for_ever import keep_for_ever
from diffs.operations.prune import prune
from diffs.outcomes import Side
from diffs.queries.memory import stored_body
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def say(watched, number):
    watched.pair.say(some_routes(10, r0=f'"http://v{number}"'))
    assert watched.look() == "equal"
    return watched.side(Side.LEGACY).snapshot_id


def test_what_is_named_stays_and_the_rest_goes(watched):
    named = say(watched, 0)
    keep_for_ever([watched.source.pk], named_by="P-1", now=watched.now)
    other = say(watched, 1)
    say(watched, 2)
    DailyBody.objects.all().delete()

    prune(now=watched.now + timedelta(days=4000))

    assert stored_body(named) == table_of(some_routes(10, r0='"http://v0"'))
    assert not Snapshot.objects.filter(pk=other).exists()


def test_a_body_is_named_once_by_one_promotion_and_again_by_another(watched):
    say(watched, 0)

    for name in ("P-1", "P-1", "P-2"):
        keep_for_ever([watched.source.pk], named_by=name, now=watched.now)

    names = KeptBody.objects.filter(side="legacy").values_list("named_by", flat=True)
    assert sorted(names) == ["P-1", "P-2"]


def test_a_side_that_showed_nothing_is_passed_over(watched):
    keep_for_ever([watched.source.pk], named_by="P-1", now=watched.now)

    assert not KeptBody.objects.exists()
