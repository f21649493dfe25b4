"""The preview of a rule that counts."""

from __future__ import annotations

from diffs.models import RulePreview


def latest_preview(rule_id: int) -> RulePreview | None:
    """Return the preview of a rule that was started last."""
    return RulePreview.objects.filter(rule_id=rule_id).order_by("-pk").first()
