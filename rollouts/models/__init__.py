"""Rows of rollouts."""

from __future__ import annotations

from rollouts.models.grant import Grant
from rollouts.models.rollout import Cluster, Rollout, Target, Tier

__all__ = ["Cluster", "Grant", "Rollout", "Target", "Tier"]
