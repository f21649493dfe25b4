"""What stands over every page, besides the workers' pulse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value
from django.urls import reverse

from diffs.models import SelfTest
from diffs.versions import BUILD
from ledger.models import AuditCheck
from rollouts.queries.unsent_notices import unsent_counts, unsent_of


@dataclass(frozen=True, slots=True)
class Strip:
    """One line over every page; `tone` is its colour, a state's."""

    tone: str
    title: str
    text: str
    url: str
    link: str
    icon: str


def strips(*, now: datetime) -> list[Strip]:
    """Return the lines that everybody must see now; one query, since every page asks."""
    broken = AuditCheck.objects.filter(id=1).exclude(problem="")
    found = broken.annotate(what=Value("trail"), count=Value(1)).values_list(
        "what", "count", "problem"
    )
    failed = SelfTest.objects.filter(build=BUILD).exclude(failure="")
    blind = failed.annotate(what=Value("self-test"), count=Value(1)).values_list(
        "what", "count", "failure"
    )
    rows = list(found.union(blind, unsent_counts(now=now), all=True))
    said = {what: text for what, _, text in rows}
    return [
        *_untrusted(said.get("self-test", "")),
        *_broken_trail(said.get("trail", "")),
        *_not_told(unsent_of(rows).sentence),
    ]


def _untrusted(failure: str) -> list[Strip]:
    """Return a line where this build failed on itself: then no word on any page is proven."""
    if not failure:
        return []
    return [
        Strip(
            tone="differs",
            title="No verdict is trusted",
            text=f"{failure} Every look of this build is untrusted until a self-test passes;"
            " nothing can be promoted on it.",
            url="",
            link="",
            icon="shield-x",
        )
    ]


def _broken_trail(problem: str) -> list[Strip]:
    """Return a line where the audit trail is not what it was."""
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


def _not_told(sentence: str) -> list[Strip]:
    """Return a line where people were not told what they should have been."""
    if not sentence:
        return []
    return [
        Strip(
            tone="stale",
            title="Not everybody was told",
            text=sentence,
            url="",
            link="",
            icon="triangle-alert",
        )
    ]
