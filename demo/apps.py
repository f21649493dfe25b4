"""The demo app: installed only while the demo plays."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers the app under its short name."""

    name = "demo"
