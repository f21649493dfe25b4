"""How often somebody tried to sign in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rollouts.sign_in_limits import Counted, Tries


class SignInTries(models.Model):
    """The tries by one address, one name, or one name from one address.

    What is counted stands here as a keyed digest only: people type passwords where names belong.
    """

    key = models.CharField(max_length=64, primary_key=True)
    by = models.CharField(max_length=7, choices=[(by.value, by.value) for by in Counted])
    count = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    told_at = models.DateTimeField(null=True)  # when the trail was told of this series' refusals
    proven_at = models.DateTimeField(null=True)  # of a pair: when its person last signed in

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(by__in=[by.value for by in Counted]), name="tries_are_by_what"
            )
        ]

    @property
    def tries(self) -> Tries:
        """The series as the limits judge it."""
        return Tries(count=self.count, began_at=self.began_at, last_at=self.last_at)
