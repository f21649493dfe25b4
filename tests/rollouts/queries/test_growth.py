"""How a table grew or shrank, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollouts.queries.growth import growth_words
from tests.factories import NOW


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], ""),
        ([900], ""),
        ([900, 900, 900], ""),
        ([900, 990], "900 → 990 routes, +90 (+10.0%)."),
        ([1200, 1080], "1,200 → 1,080 routes, -120 (-10.0%)."),
        (
            [1000, 500, 1000],
            "1,000 → 1,000 routes, ±0 (±0.0%)."
            " Its largest fall from one hour to the next: -500 (-50.0%).",
        ),
    ],
)
def test_a_chart_of_routes_says_how_the_table_grew_or_shrank(counts, said):
    points = tuple((NOW + timedelta(hours=hour), count) for hour, count in enumerate(counts))

    assert growth_words(points, noun="route") == said
