"""Who agreed that a rule be activated; never the person who wrote it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from diffs.models import Rule, RulePreview
from rollouts.models.constraints import CompositeForeignKey

USER = settings.AUTH_USER_MODEL


class RuleApproval(models.Model):
    """One person's word for a rule, on the preview that they were shown.

    `author` is that of the rule, repeated so that the database itself compares the two. An approval
    counts beside others of the same preview: another preview asks everybody anew.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="approvals")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    preview = models.ForeignKey(RulePreview, on_delete=models.PROTECT, related_name="approvals")
    approved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["approved_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["preview", "approver"], name="one_word_for_a_rule"),
            models.CheckConstraint(
                condition=~Q(approver=F("author")), name="nobody_activates_their_own"
            ),
            CompositeForeignKey(
                fields=("rule", "author"),
                to="diffs_rule",
                to_columns=("id", "author_id"),
                name="approval_of_that_rule",
            ),
        ]
