"""Keep the tables that people decided on for ever: what both sides of sources show now.

Part of the caller's transaction: the decision and what it stood on are written together.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from diffs.models import KeptBody, SideState

BATCH = 500


def keep_for_ever(source_ids: Collection[int], *, named_by: str, now: datetime) -> None:
    """Keep the bodies that these sources show now.

    Shapes
        named_by    what names them for ever: "P-42"; the same body twice by one name is kept once
    """
    shown = SideState.objects.filter(source_id__in=source_ids, snapshot__isnull=False)
    KeptBody.objects.bulk_create(
        (
            KeptBody(source_id=source_id, side=side, snapshot_id=sha256, named_by=named_by, at=now)
            for source_id, side, sha256 in shown.order_by("source_id", "side").values_list(
                "source_id", "side", "snapshot_id"
            )
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
