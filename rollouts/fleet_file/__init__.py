"""Reading the fleet file: its bytes in, frozen values or all of its problems out."""

from __future__ import annotations

from rollouts.fleet_file.allow_list import AllowList, address_allow_list
from rollouts.fleet_file.problems import FleetFileError, Problem
from rollouts.fleet_file.reader import read_fleet
from rollouts.fleet_file.values import (
    ApplierSpec,
    ClusterSpec,
    EvidenceSpec,
    Fleet,
    PolicySpec,
    ReadBackSpec,
    RolloutSpec,
    SideSpec,
    TargetSpec,
    TierSpec,
)

__all__ = [
    "AllowList",
    "ApplierSpec",
    "ClusterSpec",
    "EvidenceSpec",
    "Fleet",
    "FleetFileError",
    "PolicySpec",
    "Problem",
    "ReadBackSpec",
    "RolloutSpec",
    "SideSpec",
    "TargetSpec",
    "TierSpec",
    "address_allow_list",
    "read_fleet",
]
