"""The roles. Pure: knows no user and no row."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted with; every role may also look (viewer)."""

    VIEWER = "viewer"  # sees everything
    REQUESTER = "requester"  # asks for a promotion, looks again now
    APPROVER = "approver"  # decides on promotions; sets targets aside
    OPERATOR = "operator"  # keeps Penumbra and its fleet in order


SENTENCES = {
    Role.VIEWER: "may look at everything",
    Role.REQUESTER: "may also ask for a promotion and for a look",
    Role.APPROVER: "may also approve, set a target aside and acknowledge a suspect table",
    Role.OPERATOR: "may also set a target aside, acknowledge a suspect table and change the fleet",
}
