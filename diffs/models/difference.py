"""Differences grouped over the fleet, and what people say of them.

Two levels. People browse a **difference**: disagreements of one shape in one rollout, D-nn. A
verdict binds to a **variant** of it: one disagreement with every value. An occurrence is a variant
at one source.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from diffs.verdicts import Given, Verdict

USER = settings.AUTH_USER_MODEL


class Difference(models.Model):
    """Disagreements of one shape in one rollout; what is counted of it is what is there now.

    `sentence` has placeholders where its variants have different values. `rank` is that of the last
    tier it reached, `widest` the most targets that ever showed it at once. `first_seen_at` is None
    until it is believed: such a row is shown to nobody. `named_at` is when the row was written.
    """

    rollout = models.CharField(max_length=200)
    shape = models.CharField(max_length=40)
    format = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=12)
    sentence = models.TextField()
    owner = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    named_at = models.DateTimeField(db_default=Now())

    targets = models.PositiveIntegerField(default=0)
    routes = models.PositiveIntegerField(default=0)
    widest = models.PositiveIntegerField(default=0)
    rank = models.PositiveIntegerField(default=0)
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    spread_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["gone_at", "last_seen_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rollout", "shape"], name="one_difference_per_shape")
        ]

    @property
    def name(self) -> str:
        """Return what people call it: D-112."""
        return f"D-{self.pk}"


class Review(models.Model):
    """What one person said of variants at one moment; never changed, only seconded or undone.

    `held_out` names the targets for which it does not hold. `needs_second` was asked when it was
    given; until another person has agreed, it is not in force. `request_key` is the form's: one
    click sent twice is one review.
    """

    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=8, choices=[(one, one) for one in Verdict])
    reason = models.TextField(blank=True)
    owner = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    held_out = models.JSONField(default=list)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    needs_second = models.BooleanField(default=False)
    seconded_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    request_key = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("by")),
                name="another_person_seconds",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.EXPECTED) | Q(until__isnull=False),
                name="expected_up_to_a_date",
            ),
        ]

    @property
    def given(self) -> Given:
        """Return it as a value."""
        return Given(
            Verdict(self.verdict),
            self.until,
            waits=self.needs_second and self.seconded_by_id is None,
            held_out=tuple(self.held_out),
        )


class Variant(models.Model):
    """One disagreement with every value, wherever it appears; what a verdict binds to.

    `exact` names it by all values but a cluster's own names; `key` and `sentence` are for people.
    `review` is the one that counts, None while nobody said anything; `named_at` is when the row was
    written.
    """

    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="variants")
    exact = models.CharField(max_length=40)
    key = models.CharField(max_length=520)
    sentence = models.TextField()
    review = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="counting")
    named_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["exact"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["difference", "exact"], name="one_variant")
        ]


class ReviewedVariant(models.Model):
    """That a review was given of a variant, and which one counted before: undone, that one does."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reviewed")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="reviewed")
    before = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "variant"], name="one_review_of_a_variant")
        ]


class Comment(models.Model):
    """What a person says about a difference."""

    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
