"""What stands over every page, besides the workers' pulse."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from ledger.audit_check import trail_state


@dataclass(frozen=True, slots=True)
class Strip:
    """One line over every page; `tone` is its colour, a state's."""

    tone: str
    title: str
    text: str
    url: str
    link: str
    icon: str


def strips() -> list[Strip]:
    """Return the lines that everybody must see now."""
    problem = trail_state().problem
    if not problem:
        return []
    return [
        Strip(
            tone="differs",
            title="The audit trail is broken",
            text=problem,
            url=reverse("audit"),
            link="Look at it",
            icon="shield-alert",
        )
    ]
