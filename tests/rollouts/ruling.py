"""Rules as people make them on the stage: Alice drafts, a worker previews, Bob activates."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.models import User

from diffs.models import Rule
from diffs.operations.claim_previews import claim_previews
from diffs.operations.run_preview import run_preview
from ledger.clock import database_now
from rollouts.operations.activate_rule import activate_rule
from rollouts.operations.draft_rule import Draft, draft_rule
from rollouts.operations.preview_rule import start_preview
from rollouts.permissions.roles import Role
from rollouts.queries.rule_previews import latest_preview
from tests.diffs.operations.recorded import KEEP_LAST, record
from tests.rollouts.stage import collector_beats, load, person, target

IN_TEST = {**KEEP_LAST, "scope": {"rollout": "routesrv", "tier": "test"}}
EVERYWHERE = {**KEEP_LAST, "scope": {"rollout": "routesrv"}}


def differing_fleet():
    """Load the small fleet, with a difference at every target of routesrv; return the variant."""
    load()
    collector_beats()
    rows = [record(target(alias).source, "kube_a__1") for alias in ("kube-1", "kube-2", "kube-3")]
    return rows[0].variant


def alice() -> User:
    return person("alice", Role.REQUESTER)


def bob() -> User:
    return person("bob", Role.APPROVER)


def carol() -> User:
    return person("carol", Role.APPROVER)


def draft(content=IN_TEST, *, owner=None, days=30, key=None, **fields) -> Draft:
    """Return what a person writes in the form of a rule."""
    return Draft(
        content=content,
        reason=fields.pop("reason", "Skipper keeps the last one when it loads"),
        owner=owner or alice(),
        expires_at=database_now() + timedelta(days=days),
        request_key=key or secrets.token_hex(16),
        **fields,
    )


def drafted(content=IN_TEST, *, actor=None, **fields) -> Rule:
    """Return the rule that Alice, or who is named, drafted."""
    return draft_rule(draft(content, **fields), actor=actor or alice(), now=database_now())


def previewed(rule: Rule) -> Rule:
    """Return the rule after its preview ran."""
    start_preview(rule.pk, actor=alice(), now=database_now())
    for preview_id, claim in claim_previews(now=database_now()):
        run_preview(preview_id, claim)
    return rule


def activated(rule: Rule, *, actor=None) -> Rule:
    """Return the rule after Bob, or who is named, read its preview and agreed."""
    preview = latest_preview(rule.pk)
    return activate_rule(
        rule.pk,
        preview_id=preview.pk if preview else 0,
        actor=actor or bob(),
        now=database_now(),
    )
