"""The web application for gunicorn; it knows the broker, so that a view can ring the workers."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.content_types import only_plain

application = only_plain(get_wsgi_application())

from config.celery import app as celery_app  # noqa: E402  (needs settings)

__all__ = ["application", "celery_app"]
