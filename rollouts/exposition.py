"""Metrics as Prometheus reads them: text exposition format 0.0.4.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
Values in, bytes out: nothing here asks the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from rollouts.queries.fleet_metrics import FleetMetrics, TargetMetrics

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
OF_TARGET = ("rollout", "tier", "target")


def exposition(metrics: FleetMetrics, *, version: str) -> bytes:
    """Return the page."""
    return generate_latest(_Page(metrics, version))


class _Page(Collector):
    """What the library asks for its families."""

    def __init__(self, metrics: FleetMetrics, version: str) -> None:
        self.metrics = metrics
        self.version = version

    def collect(self) -> Iterator[Metric]:
        """Return every family, in the order of the page."""
        yield InfoMetricFamily("penumbra", "Which Penumbra this is.", {"version": self.version})
        yield from _of_looks(self.metrics)
        yield from _of_targets(self.metrics.targets)
        yield from _of_itself(self.metrics)


def _of_looks(metrics: FleetMetrics) -> Iterator[Metric]:
    looks = CounterMetricFamily(
        "penumbra_looks", "Looks taken, by their outcome.", labels=("rollout", "outcome")
    )
    for labels, count in metrics.looks.items():
        looks.add_metric(labels, count)
    yield looks
    yield _gauge("penumbra_looks_due", "Looks that are due and that no worker has.", metrics.due)
    yield _gauge(
        "penumbra_oldest_due_look_seconds",
        "How long the longest waiting of them is due.",
        metrics.due_seconds,
    )


def _of_targets(targets: tuple[TargetMetrics, ...]) -> Iterator[Metric]:
    counts = Counter((one.rollout, one.tier, one.mode, one.state) for one in targets)
    standing = GaugeMetricFamily(
        "penumbra_targets",
        "Targets of the fleet file, by tier, mode and state.",
        labels=("rollout", "tier", "mode", "state"),
    )
    for labels, count in counts.items():
        standing.add_metric(labels, count)
    yield standing
    for name, text, column in (
        ("since_last_look", "Time since the target was last looked at.", "since_look"),
        ("look", "How long the last look at the target took.", "look_seconds"),
        ("lag", "How late one side was when it last followed the other.", "lag_seconds"),
    ):
        family = GaugeMetricFamily(f"penumbra_target_{name}_seconds", text, labels=OF_TARGET)
        for one in targets:
            if (value := getattr(one, column)) is not None:
                family.add_metric((one.rollout, one.tier, one.target), value)
        yield family


def _of_itself(metrics: FleetMetrics) -> Iterator[Metric]:
    promotions = GaugeMetricFamily(
        "penumbra_open_promotions",
        "Promotions under way, by tier and state.",
        labels=("rollout", "tier", "state"),
    )
    for labels, count in metrics.promotions.items():
        promotions.add_metric(labels, count)
    yield promotions
    yield _gauge("penumbra_outbox_waiting", "Duties that wait to be carried out.", metrics.outbox)
    yield _gauge(
        "penumbra_outbox_oldest_seconds",
        "How long the longest waiting of them waits.",
        metrics.outbox_seconds,
    )
    yield _gauge(
        "penumbra_outbox_given_up",
        "Duties that will not be tried again: a person has to look.",
        metrics.outbox_given_up,
    )
    beats = GaugeMetricFamily(
        "penumbra_heartbeat_age_seconds",
        "Time since workers last carried a duty out; due hands out the looks.",
        labels=("duty",),
    )
    for name, seconds in metrics.heartbeats.items():
        beats.add_metric((name,), seconds)
    yield beats
    yield _gauge(
        "penumbra_database_time_seconds",
        "The database's clock, in unix seconds: all times here are its own.",
        metrics.at.timestamp(),
    )


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)
