"""docs/settings.md names every setting that the code reads, with its default, and no other."""

from __future__ import annotations

import ast
import re

from tests.house.tree import CODE, ROOT, python_files, read

NAME = r"PENUMBRA_[A-Z_]*[A-Z]|DATABASE_URL"
PREFIXES = {"PENUMBRA_CREDENTIAL"}
READERS = {"positive_seconds", "positive_count"}


def documented():
    """Return {name: default cell} of the rows of the document."""
    rows = re.findall(r"(?m)^\| `([A-Z_]+)[^`]*` \| (.*?) \|", read(ROOT / "docs/settings.md"))
    return dict(rows)


def settings_read():
    """Return the names that stand as texts in the code, without those inside longer words."""
    found = set()
    for path in python_files(*CODE):
        found |= set(re.findall(rf"(?<![A-Z_])(?:{NAME})(?![A-Z])", read(path)))
    return found


def numeric_defaults():
    """Return {name: default} of the settings read as numbers."""
    defaults = {}
    for node in ast.walk(ast.parse(read(ROOT / "config/settings.py"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in READERS:
            value = compile(ast.Expression(node.keywords[0].value), "settings", "eval")
            # Our own numbers, as a real deployment has them.
            defaults[ast.literal_eval(node.args[0])] = eval(value, {"EMBEDDED": False})  # noqa: S307
    return defaults


def test_every_setting_is_documented_and_nothing_else_is():
    names = {name.rstrip("_") for name in documented()}

    assert names - PREFIXES - {"PORT"} == settings_read() - PREFIXES
    assert names >= PREFIXES


def test_defaults_stand_in_the_document_as_they_are():
    defaults = numeric_defaults()

    assert len(defaults) >= 9
    for name, default in defaults.items():
        assert documented()[name].split()[0] == str(default), name
