"""Static files as production serves them: named by their content, none missing."""

from __future__ import annotations

import re

from django.core.management import call_command
from django.test import override_settings

from tests.house.tree import read, text_files

HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def test_collecting_finds_every_file_that_a_style_sheet_or_template_names(tmp_path):
    templates = [path for path in text_files() if path.suffix == ".html"]
    named = {
        name
        for path in templates
        for name in re.findall(r"""\{%\s*static\s+["']([^"'{]+)["']""", read(path))
    }

    with override_settings(STATIC_ROOT=tmp_path, STORAGES={"staticfiles": {"BACKEND": HASHED}}):
        call_command("collectstatic", "--no-input", verbosity=0)

    assert not {name for name in named if not (tmp_path / name).is_file()}
