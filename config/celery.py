"""Celery: a doorbell. What is due is a row in the database; a lost message costs one tick.

Queues: look (reads and compares, observes, reads back, forecasts, prunes); apply and notify apart
from it, so that they are never starved.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from config import broker
from ledger.request_id import known_as

WORKER_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
PUBLISHER_OPTIONS: dict[str, Any] = {
    **WORKER_OPTIONS,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}


class Doorbell(Celery):  # type: ignore[misc]  # Celery has no types
    """Celery whose publishing gives up at once, also inside a worker.

    A worker waits for Redis to come back; but a task that hands out looks, in a thread that others
    need, must not wait with it.
    """

    def connection_for_write(self, url: str | None = None, **options: Any) -> Any:  # noqa: ANN401
        """Return the connection that messages are sent on."""
        if not settings.EMBEDDED:
            options["transport_options"] = PUBLISHER_OPTIONS
        return super().connection_for_write(url, **options)


class NamedTask(Task):  # type: ignore[misc]
    """A task whose records and log lines bear its id."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Run the task, as a worker does; called as a plain function it has no id."""
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        with known_as(f"task-{self.request.id}"):
            return self.run(*args, **kwargs)


def _tick(task: str, *, every: float, expires: int, queue: str) -> dict[str, Any]:
    """Return a line of the timetable. Units: seconds; a tick older than `expires` is dropped."""
    return {"task": task, "schedule": every, "options": {"expires": expires, "queue": queue}}


broker.install()
app = Doorbell("penumbra", task_cls=NamedTask)
app.conf.update(
    broker_url=settings.BROKER_URL,
    # What a process reads with: a worker waits for Redis to come back, web and beat do not.
    broker_transport_options={}
    if settings.EMBEDDED
    else WORKER_OPTIONS
    if os.environ.get("PENUMBRA_PROCESS") == "worker"
    else PUBLISHER_OPTIONS,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_default_queue="look",
    task_publish_retry=False,
    beat_scheduler="celery.beat:Scheduler",
    timezone="UTC",
    beat_schedule={
        "due": _tick("diffs.due", every=1.0, expires=5, queue="look"),
        "observe": _tick("rollouts.observe_modes", every=5.0, expires=5, queue="look"),
        "sweep": _tick("rollouts.sweep", every=2.0, expires=5, queue="apply"),
        "observe-kept": _tick("rollouts.observe_kept", every=15.0, expires=15, queue="look"),
        "forecast": _tick("rollouts.forecast_steps", every=30.0, expires=30, queue="look"),
        "forget-sign-ins": _tick(
            "rollouts.forget_sign_ins", every=600.0, expires=300, queue="look"
        ),
        "anchor": _tick("ledger.anchor", every=60.0, expires=60, queue="look"),
        "verify-audit": _tick("ledger.verify", every=60.0, expires=60, queue="look"),
        "prune-outbox": _tick("ledger.prune", every=3600.0, expires=600, queue="look"),
        "send-notices": _tick("rollouts.send_notices", every=2.0, expires=5, queue="notify"),
        "tell-differences": _tick(
            "rollouts.tell_differences", every=10.0, expires=10, queue="notify"
        ),
        "tell-collector": _tick("rollouts.tell_collector", every=10.0, expires=10, queue="notify"),
        "refresh-differences": _tick(
            "diffs.refresh_differences", every=10.0, expires=10, queue="look"
        ),
        "build-witnesses": _tick("diffs.build_witnesses", every=15.0, expires=15, queue="look"),
        "rename-variants": _tick("diffs.rename_variants", every=60.0, expires=60, queue="look"),
        "previews": _tick("diffs.previews", every=2.0, expires=5, queue="look"),
        "rules": _tick("diffs.rules", every=60.0, expires=60, queue="look"),
        "self-test": _tick("diffs.self_test", every=20.0, expires=20, queue="look"),
        "prune": _tick("diffs.prune", every=600.0, expires=300, queue="look"),
    },
)
app.autodiscover_tasks(["ledger", "diffs", "rollouts"])
