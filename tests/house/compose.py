"""docker-compose.yml as values."""

from __future__ import annotations

from functools import cache
from typing import Any

from ruamel.yaml import YAML

from tests.house.tree import ROOT


@cache
def document() -> dict[str, Any]:
    """Return the whole file, anchors and merges resolved."""
    read: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    return read


def services() -> dict[str, dict[str, Any]]:
    """Return the services by name."""
    found: dict[str, dict[str, Any]] = document()["services"]
    return found


def option(command: list[str], name: str) -> str:
    """Return the value that follows an option of a command line."""
    return command[command.index(name) + 1]
