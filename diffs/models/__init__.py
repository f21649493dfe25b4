"""Rows of diffs: sources, bodies, where things stand, and what is kept of the past."""

from __future__ import annotations

from diffs.models.difference import Comment, Difference, Review, ReviewedVariant, Variant
from diffs.models.history import Occurrence, OutcomeSpan, SelfTest
from diffs.models.pod import PodSighting
from diffs.models.preview import PreviewState, RulePreview
from diffs.models.rollup import DayRollup, HourRollup
from diffs.models.rule import Rule, RuleState
from diffs.models.snapshot import Comparison, DailyBody, Finding, KeptBody, Reading, Snapshot
from diffs.models.source import Reads, Source, SourceSide
from diffs.models.state import SideState, SourceState
from diffs.models.witness import Witness

__all__ = [
    "Comment",
    "Comparison",
    "DailyBody",
    "DayRollup",
    "Difference",
    "Finding",
    "HourRollup",
    "KeptBody",
    "Occurrence",
    "OutcomeSpan",
    "PodSighting",
    "PreviewState",
    "Reading",
    "Reads",
    "Review",
    "ReviewedVariant",
    "Rule",
    "RulePreview",
    "RuleState",
    "SelfTest",
    "SideState",
    "Snapshot",
    "Source",
    "SourceSide",
    "SourceState",
    "Variant",
    "Witness",
]
