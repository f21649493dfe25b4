"""docker-compose.yml as values."""

from __future__ import annotations

from functools import cache
from typing import Any

from ruamel.yaml import YAML

from tests.house.tree import ROOT


@cache
def services() -> dict[str, dict[str, Any]]:
    """Return the services by name, anchors and merges resolved."""
    document: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    found: dict[str, dict[str, Any]] = document["services"]
    return found


def option(command: list[str], name: str) -> str:
    """Return the value that follows an option of a command line."""
    return command[command.index(name) + 1]
