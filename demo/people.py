"""Who signs in to the demo: four people, one for each thing a person may be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo; `role` is what they may do in every tier of its rollout."""

    username: str
    full_name: str
    role: Literal["requester", "approver", "viewer"]
    sentence: str


PEOPLE = (
    Person(
        "alice",
        "Alice Adler",
        "requester",
        "Alice builds the route server; she asks for promotions and may not approve them.",
    ),
    Person(
        "bob",
        "Bob Brandt",
        "approver",
        "Bob runs the clusters; he approves what he has looked at.",
    ),
    Person(
        "carol",
        "Carol Castro",
        "approver",
        "Carol is on call for production, where her approval is needed besides Bob's.",
    ),
    Person(
        "dave",
        "Dave Dunn",
        "viewer",
        "Dave owns a service behind the routes; he reads everything and changes nothing.",
    ),
)
