"""Tries to sign in are forgotten once they count no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollouts.models import SignInTries
from rollouts.operations.forget_sign_ins import KEPT, forget_sign_ins
from rollouts.sign_in_limits import KNOWN_FOR, NAME_REST, WINDOW, Counted
from rollouts.tasks import forget_sign_ins as task
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SECOND = timedelta(seconds=1)


def row(key: str, **ago: timedelta) -> None:
    """Write a series whose last try, and whose last right password, lie that far back."""
    last_at = NOW - ago["last"]
    SignInTries.objects.create(
        key=key,
        by=Counted.PAIR,
        count=3,
        began_at=last_at,
        last_at=last_at,
        proven_at=NOW - ago["proven"] if "proven" in ago else None,
    )


def test_only_what_says_nothing_any_more_is_forgotten():
    row("counts", last=KEPT - SECOND)
    row("over", last=KEPT + SECOND)
    row("over but known", last=KEPT + SECOND, proven=KNOWN_FOR - SECOND)
    row("known no more", last=KNOWN_FOR, proven=KNOWN_FOR)

    assert forget_sign_ins(now=NOW) == 2
    assert {row.key for row in SignInTries.objects.all()} == {"counts", "over but known"}
    assert max(WINDOW, NAME_REST) < KEPT


@pytest.mark.django_db(transaction=True)  # a task closes what it finds in a transaction
def test_the_task_forgets_by_the_databases_clock():
    row("over", last=KEPT + SECOND)

    task()

    assert not SignInTries.objects.exists()
