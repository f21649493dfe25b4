"""What routesrv says about itself: its health stays 204 however stale, its metrics tell.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
Source: the metrics of routesrv in Skipper 0.27.65; Prometheus text exposition format 0.0.4.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

_PREFIX = "routesrv_custom_"
_GAUGES = "routesrv_custom_gauges"
_TOTAL = "routesrv_custom_total"
MOST_LINES = 1_000
"""Of routesrv's own series; it has a handful, and parsing a line is not cheap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesrvMetrics:
    """The four series that show staleness; None where the page has no such line.

    Units
        updated_timestamp  unix seconds of the last change of the table
        total              routes
        fetch_errors       failed reads of Kubernetes since the start
        empty              reads that would have given an empty table since the start
    """

    updated_timestamp: float | None = None
    total: int | None = None
    fetch_errors: int | None = None
    empty: int | None = None


def parse_routesrv_metrics(body: bytes) -> RoutesrvMetrics:
    """Read a page of metrics; other series, comments and broken lines are passed over.

    Shapes
        body    Prometheus text, any size; only lines of routesrv's custom series are parsed
        return  the last value of each series; NaN and infinity count as absent
    """
    values = {
        (sample.name, sample.labels.get("key", "")): sample.value
        for sample in _samples(body)
        if math.isfinite(sample.value)
    }
    return RoutesrvMetrics(
        updated_timestamp=values.get((_GAUGES, "routes.updated_timestamp")),
        total=_whole(values.get((_GAUGES, "routes.total"))),
        fetch_errors=_whole(values.get((_TOTAL, "routes.fetch_errors"))),
        empty=_whole(values.get((_TOTAL, "routes.empty"))),
    )


def _samples(body: bytes) -> Iterator[Sample]:
    lines = body.decode("utf-8", errors="replace").split("\n")
    for line in [line for line in lines if line.startswith(_PREFIX)][:MOST_LINES]:
        try:
            for family in text_string_to_metric_families(line + "\n"):
                yield from family.samples
        except ValueError:
            continue


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
