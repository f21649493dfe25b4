"""Where a commit is shown outside, as the fleet file says."""

from __future__ import annotations

import re

from rollouts.models import Promotion

COMMIT = "{commit}"
HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def commit_link(promotion: Promotion) -> str:
    """Return the address of a promotion's commit; "" where there is none, or nobody says where."""
    options = promotion.tier.rollout.applier.get("options", {})
    address = str(options.get("commit_url", ""))
    if not address or not HASH.fullmatch(promotion.reference):
        return ""
    return address.replace(COMMIT, promotion.reference)
