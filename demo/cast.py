"""Make the demo's people known, each with a role and a mail address, without a password."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User

from demo.people import Person
from ledger.clock import database_now
from rollouts.operations.grant_role import grant_role
from rollouts.permissions.roles import Role


def make_people(people: Iterable[Person]) -> None:
    """Grant each person's role everywhere and write their names and mail addresses."""
    now = database_now()
    for person in people:
        grant_role(person.username, Role(person.role), granted_by="demo", now=now)
        first, _, last = person.full_name.partition(" ")
        User.objects.filter(username=person.username).update(
            first_name=first, last_name=last, email=f"{person.username}@demo.example"
        )
