"""What routesrv's metrics say about staleness."""

from __future__ import annotations

import pytest

from diffs.fetch import RoutesrvMetrics, parse_routesrv_metrics

PAGE = b"""\
# HELP go_goroutines Number of goroutines that currently exist.
# TYPE go_goroutines gauge
go_goroutines 42
# HELP routesrv_custom_gauges Gauges number of custom metrics.
# TYPE routesrv_custom_gauges gauge
routesrv_custom_gauges{key="routes.byte"} 1.041476e+06
routesrv_custom_gauges{key="routes.total"} 1225
routesrv_custom_gauges{key="routes.updated_timestamp"} 1.7000000005e+09
# TYPE routesrv_custom_total counter
routesrv_custom_total{key="routes.fetch_errors"} 3
routesrv_custom_total{key="routes.empty"} 1
"""


def test_reads_the_four_series():
    assert parse_routesrv_metrics(PAGE) == RoutesrvMetrics(
        updated_timestamp=1_700_000_000.5, total=1225, fetch_errors=3, empty=1
    )


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<html>not metrics</html>",
        b"\xff\xfe\x00",
        b'routesrv_custom_gauges{key="routes.total"',
        b'routesrv_custom_gauges{key="routes.total"} many',
        b'routesrv_custom_gauges{key="routes.total"} NaN',
        b'routesrv_custom_gauges{key="routes.total"} +Inf',
        b'routesrv_custom_total{key="routes.total"} 7',
        b"routesrv_custom_gauges 7",
    ],
)
def test_leaves_out_what_is_not_there(page):
    assert parse_routesrv_metrics(page) == RoutesrvMetrics()


def test_passes_over_a_broken_line_and_reads_the_next():
    page = b"routesrv_custom_gauges{ 1\n" + PAGE

    assert parse_routesrv_metrics(page).total == 1225


def test_takes_labels_in_any_number_and_a_timestamp():
    page = b'routesrv_custom_gauges{zone="a",key="routes.total",} 7 1700000000000\n'

    assert parse_routesrv_metrics(page).total == 7
