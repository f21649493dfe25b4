"""The app that stands for the deployment: wherever Django runs, the broker is known."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DeploymentConfig(AppConfig):
    """Makes our Celery the one that tasks are sent with; its default would look for another."""

    name = "config"
    label = "deployment"

    def ready(self) -> None:
        """Set up Celery and the sweeper, once settings and apps are there."""
        import_module("config.celery")
        import_module("config.sweeper").install()
