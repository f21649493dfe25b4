"""Rules as pages list them: what each does, where, and what it hides now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from diffs.models import Rule as RuleRow
from diffs.models import RuleState
from diffs.queries.rule_hits import Hits, rule_hits
from diffs.rules.options import BadRule
from diffs.rules.rule import read_rule
from diffs.rules.words import what_it_does, where_it_holds

IDLE = timedelta(days=14)
"""After so long without a hit a rule is proposed to be removed."""

EXPIRED = "expired"
FACETS = ("active", "idle", "draft", "retired", "discarded")


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One rule in words.

    Shapes
        state       as it is shown: an active one past its date is expired
        is_idle     active, and nothing was hit for 14 days: it may go
        hits        what it hides or explains now
    """

    id: int
    name: str
    url: str
    kind: str
    state: str
    what: str
    where: str
    rollout: str
    reason: str
    author: str
    owner: str
    activated_by: str
    made_at: datetime
    expires_at: datetime
    last_hit_at: datetime | None
    is_idle: bool
    hits: Hits


@dataclass(frozen=True, slots=True)
class RulesFilter:
    """What of the rules is shown, as the address says it."""

    state: str = ""
    kind: str = ""
    rollout: str = ""


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All that the ledger of rules prints.

    Shapes
        states, kinds, rollouts     (name, how many) of each that there are
    """

    rows: tuple[ShownRule, ...]
    states: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    rollouts: tuple[tuple[str, int], ...]
    total: int
    shown: RulesFilter


def rules_page(shown: RulesFilter, *, now: datetime) -> RulesPage:
    """Return the rules, active ones first, the newest first; an unknown filter shows none."""
    rows = shown_rules(now=now)
    return RulesPage(
        rows=tuple(row for row in rows if _is_wanted(row, shown)),
        states=tuple((name, sum(name in _states(row) for row in rows)) for name in FACETS),
        kinds=_counts([row.kind for row in rows]),
        rollouts=_counts([row.rollout for row in rows if row.rollout]),
        total=len(rows),
        shown=shown,
    )


def shown_rules(*, now: datetime) -> list[ShownRule]:
    """Return every rule in words."""
    rows = RuleRow.objects.select_related("author", "owner", "activated_by").order_by("-pk")
    hits = rule_hits()
    found = [shown_rule(row, hits.get(str(row.pk), Hits()), now=now) for row in rows]
    return sorted(found, key=lambda row: (FACETS.index(_states(row)[-1]), -row.id))


def shown_rule(row: RuleRow, hits: Hits, *, now: datetime) -> ShownRule:
    """Return one rule in words; one that this version cannot read says so."""
    try:
        rule = read_rule(str(row.pk), row.content)
        what, where = what_it_does(rule), where_it_holds(rule.scope)
    except BadRule as error:
        what, where = f"This version of Penumbra cannot read it, so it does nothing: {error}", ""
    is_active = row.state == RuleState.ACTIVE
    return ShownRule(
        id=row.pk,
        name=row.name,
        url=reverse("rule", args=[row.pk]),
        kind=str(row.content.get("kind", "")),
        state=EXPIRED if is_active and row.expires_at <= now else row.state,
        what=what,
        where=where,
        rollout=str(row.content.get("scope", {}).get("rollout", "")),
        reason=row.reason,
        author=row.author.get_username(),
        owner=row.owner.get_username(),
        activated_by=row.activated_by.get_username() if row.activated_by else "",
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_hit_at=row.last_hit_at,
        is_idle=is_active and not hits.routes and _is_old(row, now),
        hits=hits,
    )


def _is_old(row: RuleRow, now: datetime) -> bool:
    """Say whether a rule was active for so long, and hit nothing for so long."""
    times = [at for at in (row.activated_at, row.last_hit_at) if at is not None]
    return bool(times) and max(times) <= now - IDLE


def _states(row: ShownRule) -> tuple[str, ...]:
    """Return the facets that a rule counts under, its own state last."""
    own = "retired" if row.state == EXPIRED else row.state
    return ("idle", own) if row.is_idle else (own,)


def _is_wanted(row: ShownRule, shown: RulesFilter) -> bool:
    return (
        shown.state in ("", *_states(row))
        and shown.kind in ("", row.kind)
        and shown.rollout in ("", row.rollout)
    )


def _counts(names: list[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, names.count(name)) for name in sorted(set(names)))
