"""How a day's growth is told from minutes: rows by their weight, bodies by their bytes."""

from __future__ import annotations

from demo.load.growth import Held, growth_a_day

HOUR = 3600.0


def grown(name, empty, before, after, **given):
    moments = ({name: Held(*held)} for held in (empty, before, after))
    return growth_a_day(*moments, seconds=HOUR, sources=250, **given)[name]


def test_values_are_weighed_by_their_bytes_alone():
    assert grown("bodies, as patches", (0, 0), (10, 5_000), (20, 8_000)) == 24 * 3_000
    assert grown("line indices", (0, 0), (10, 5_000), (10, 5_100)) == 24 * 100


def test_rows_weigh_what_their_table_holds_beyond_its_empty_pages():
    assert grown("spans", (0, 40_000), (50, 48_000), (100, 60_000)) == 24 * 50 * 200


def test_a_table_that_holds_nothing_grows_by_nothing():
    assert grown("findings", (0, 40_000), (0, 40_000), (0, 40_000)) == 0


def test_hours_and_first_bodies_of_a_day_are_counted_by_the_source():
    assert grown("hour rollups", (0, 0), (250, 50_000), (250, 50_000)) == 250 * 24 * 200
    assert grown("bodies of a day", (0, 0), (500, 50_000), (500, 50_000)) == 250 * 2 * 100
