"""Migrations are complete: the models say nothing that they do not."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.house.tree import CODE, ROOT


@pytest.mark.django_db
def test_no_model_has_changed_without_its_migration():
    call_command("makemigrations", check=True, dry_run=True)


def test_every_app_with_models_has_migrations():
    ours = [app.name for app in apps.get_app_configs() if app.name in CODE and app.models]
    assert ours

    assert not [app for app in ours if not (ROOT / app / "migrations/0001_initial.py").exists()]
