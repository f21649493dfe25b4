"""Rules as people make them: drafted, previewed, activated by a second person, counted, retired."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from diffs.models.difference import Difference

USER = settings.AUTH_USER_MODEL


class RuleState(models.TextChoices):
    """Where a rule stands; only an active one does anything, and only up to its date."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"
    DISCARDED = "discarded"


class Rule(models.Model):
    """One rule in one version, R-nn. What it does never changes: another version is another row.

    `content` is the JSON that `diffs.rules.rule.read_rule` reads. `made_from` is the difference
    that it was made of, `replaces` the rule whose next version it is. `last_hit_at` is when it last
    hid or explained anything, anywhere.
    """

    content = models.JSONField()
    reason = models.TextField()
    state = models.CharField(max_length=9, choices=RuleState.choices, default=RuleState.DRAFT)
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    made_from = models.ForeignKey(Difference, null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    activated_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    activated_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    last_hit_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    request_key = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "expires_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(activated_by=None) | ~Q(activated_by=F("author")),
                name="another_person_activates",
            ),
            models.CheckConstraint(
                condition=~Q(state=RuleState.ACTIVE) | Q(activated_by__isnull=False),
                name="active_by_a_person",
            ),
            models.UniqueConstraint(fields=["id", "author"], name="a_rule_and_its_author"),
        ]

    @property
    def name(self) -> str:
        """Return what people call it: R-7."""
        return f"R-{self.pk}"
