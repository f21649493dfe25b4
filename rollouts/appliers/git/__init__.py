"""The git applier: one value in one YAML file of a repository, changed by one commit."""

from __future__ import annotations

from rollouts.appliers.git.applier import Git
from rollouts.appliers.git.settings import GitSettings

__all__ = ["Git", "GitSettings"]
