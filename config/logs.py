"""Structured logs on standard error: JSON in production, readable lines when embedded."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from django.conf import settings


def configure(_config: dict[str, Any]) -> None:
    """Set up structlog and send the standard library's records through it."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if settings.EMBEDDED
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING if settings.EMBEDDED else logging.INFO)
    logging.getLogger("ledger.anchor").setLevel(logging.INFO)  # hourly, also when embedded
    django = logging.getLogger("django")  # its own handlers mail errors to nobody
    django.handlers, django.propagate = [], True
    for name in ("django.server", "django.request"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
