"""Web, workers and beat in one process, on SQLite and an in-process broker.

The arbiter of gunicorn restarts the process should it die; inside it the web's threads, a Celery
worker with threads of its own and beat share one memory, and so the broker `memory://`. Threads
ignore time limits: deadlines are in the code of a look.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog
from celery.beat import EmbeddedService
from django.conf import settings
from gunicorn.app.base import BaseApplication

from config.celery import app as celery_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WEB_THREADS = 8
QUEUES = ["look", "apply", "notify"]
SPARE_THREADS = 2
"""Threads beyond those that looks may hold (PENUMBRA_LOOKS_IN_FLIGHT), so that nothing starves."""

log = structlog.get_logger(__name__)


class EmbeddedServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with one process that also holds the workers."""

    def __init__(self, host: str, port: int, on_ready: Callable[[str], None]) -> None:
        self.host, self.port, self.on_ready = host, port, on_ready
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options; nothing is read from files or the environment."""
        options = {
            "bind": f"{self.host}:{self.port}",
            "workers": 1,
            "threads": WEB_THREADS,
            "worker_class": "gthread",
            "graceful_timeout": 3,
            "loglevel": "warning",
            "proc_name": "penumbra",
            "control_socket_disable": True,
            "forwarder_headers": "",  # a client's SCRIPT_NAME would end in an error of ours
            "post_worker_init": lambda _worker: self._started(),
            "worker_exit": lambda _arbiter, _worker: _end(),
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Return the web application."""
        from config.wsgi import application  # noqa: PLC0415  (after the fork)

        return application

    def _started(self) -> None:
        """Start workers and beat inside the web's process, then tell the address."""
        start_workers()
        self.on_ready(f"http://{self.host}:{self.port}/")


def _end() -> None:
    """End the process now if it was told to; Python would first wait for the looks under way.

    What they had not recorded is not there: their claims run out, and they are taken again.
    """
    leaving = sys.exception()
    if isinstance(leaving, SystemExit) and not leaving.code:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def start_workers() -> None:
    """Start a worker for all queues and beat, as threads that end with the process.

    One worker, since the queues a worker consumes are a property of the whole Celery app.
    """
    from diffs.tasks import self_test_at_start  # noqa: PLC0415  (after Django is set up)

    threading.Thread(target=_work, name="worker", daemon=True).start()
    self_test_at_start()  # only a worker of its own tells that it is ready
    beat = EmbeddedService(
        celery_app, thread=True, max_interval=1, scheduler_cls=celery_app.conf.beat_scheduler
    )
    beat.daemon = True
    beat.start()


def _work() -> None:
    """Run the worker until the process ends."""
    controller: Any = celery_app.WorkController(
        hostname="worker@embedded",
        queues=QUEUES,
        pool_cls="threads",
        concurrency=settings.LOOKS_IN_FLIGHT + SPARE_THREADS,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        quiet=True,
        loglevel="WARNING",
    )
    try:
        controller.start()
    except Exception:
        log.exception("worker_ended")
        raise
