"""A tier summed up: as far as its least proven member."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diffs.models import SourceState
from rollouts.queries.target_rows import target_rows
from rollouts.queries.tier_summary import tier_summary
from tests.factories import NOW, TargetFactory

pytestmark = pytest.mark.django_db

POLICY = {"soak_seconds": 100, "looks": 10}


@pytest.fixture
def rows():
    """Two members in a shadow that soaks."""
    targets = [TargetFactory.create(mode="shadow") for _ in range(2)]
    SourceState.objects.update(last_look_at=NOW, last_proof_at=NOW, outcome="equal")
    return target_rows(targets, now=NOW)


def soaked(row, seconds, looks):
    facts = replace(row.facts, is_soaking=True, clean_seconds=seconds, clean_looks=looks)
    return replace(row, facts=facts)


def test_is_as_far_as_its_least_proven_member_in_time_or_looks(rows):
    one, other = rows

    summary = tier_summary([soaked(one, 100, 10), soaked(other, 200, 1)], POLICY)

    assert summary.soak_share == pytest.approx(0.1)
    assert summary.clean_seconds == 100


def test_leaves_out_who_is_set_aside(rows):
    one, other = rows
    aside = replace(soaked(other, 0, 0), is_set_aside=True, set_aside_until=NOW + timedelta(days=1))

    summary = tier_summary([soaked(one, 100, 10), aside], POLICY)

    assert (summary.soak_share, summary.set_aside, summary.targets) == (1.0, 1, 2)
