"""Rows of rollouts."""

from __future__ import annotations

from rollouts.models.grant import Grant
from rollouts.models.promotion import (
    ApplyStep,
    Approval,
    Forecast,
    Promotion,
    PromotionMember,
    StepState,
)
from rollouts.models.rollout import Cluster, Rollout, Target, Tier
from rollouts.models.rule_approval import RuleApproval
from rollouts.models.sign_in_tries import SignInTries
from rollouts.models.told import DifferenceWatch, ToldDifference, ToldSilence

__all__ = [
    "ApplyStep",
    "Approval",
    "Cluster",
    "DifferenceWatch",
    "Forecast",
    "Grant",
    "Promotion",
    "PromotionMember",
    "Rollout",
    "RuleApproval",
    "SignInTries",
    "StepState",
    "Target",
    "Tier",
    "ToldDifference",
    "ToldSilence",
]
