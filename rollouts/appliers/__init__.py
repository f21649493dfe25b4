"""Appliers: an order in, a receipt out; one file or folder each and one line in APPLIERS.

evidence -> gates -> approve -> *apply* -> read back -> audit
"""

from __future__ import annotations

from rollouts.appliers.git import Git, GitSettings
from rollouts.appliers.manual import Manual
from rollouts.appliers.order import (
    Applier,
    Kept,
    LeftOut,
    NotNow,
    Order,
    Overtaken,
    Place,
    Preview,
    Receipt,
    Refused,
)

APPLIERS: dict[str, type[Git] | type[Manual]] = {"git": Git, "manual": Manual}

__all__ = [
    "APPLIERS",
    "Applier",
    "Git",
    "GitSettings",
    "Kept",
    "LeftOut",
    "Manual",
    "NotNow",
    "Order",
    "Overtaken",
    "Place",
    "Preview",
    "Receipt",
    "Refused",
]
