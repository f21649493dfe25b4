"""Find what an address names, and narrow a person's roles to it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from diffs.models import Difference, Rule
from rollouts.gates.naming import listed
from rollouts.models import Promotion, Target, Tier
from rollouts.operations.decide_difference import standing_of
from rollouts.operations.decide_difference import subject_of as difference_subject
from rollouts.operations.decide_rule import subject_of as subject_of_rule
from rollouts.operations.move_promotion import subject_of
from rollouts.permissions.middleware import one_of, refuse
from rollouts.permissions.roles import Role
from rollouts.permissions.table import DECIDING, LOOKING_METHODS, needed_roles
from rollouts.queries.authority import roles_of
from rollouts.queries.rule_authority import covered_tiers, scope_of

LARGEST_ID = 2**63 - 1


def tier_of(request: HttpRequest, rollout: str, name: str) -> Tier:
    """Return the tier of an address, for a person with a needed role in it; else 404 or 403."""
    if "\0" in rollout + name:  # no name holds it, and PostgreSQL would not even compare it
        raise Http404
    tier = get_object_or_404(
        Tier.objects.select_related("rollout"),
        rollout__key=rollout,
        name=name,
        removed_at=None,
        rollout__removed_at=None,
    )
    _let_in(request, tier, f"tier {tier.rollout.key}/{tier.name}")
    return tier


def target_of(request: HttpRequest, target_id: int) -> Target:
    """Return the target of an address, for a person who holds a needed role in its tier."""
    rows = Target.objects.select_related("tier__rollout", "rollout", "cluster", "source")
    target = get_object_or_404(rows, pk=target_id, removed_at=None)
    _let_in(request, target.tier, f"target {target.rollout.key}/{target.tier.name}/{target.key}")
    return target


def promotion_of(request: HttpRequest, promotion_id: int) -> Promotion:
    """Return the promotion of an address, for a person who holds a needed role in its tier."""
    rows = Promotion.objects.select_related("tier__rollout", "requested_by", "supersedes")
    promotion = get_object_or_404(rows, pk=promotion_id)
    _let_in(request, promotion.tier, subject_of(promotion))
    return promotion


def difference_of(request: HttpRequest, difference_id: int) -> Difference:
    """Return the difference of an address, for a person with a needed role where it is now.

    What only some may decide needs that role in every tier where it is; else in one.
    """
    rows = Difference.objects.select_related("owner")
    difference = get_object_or_404(rows, pk=difference_id, first_seen_at__isnull=False)
    if request.method in LOOKING_METHODS:
        return difference
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    needed = frozenset(Role(role) for role in needed_roles(name, request.method or ""))
    standing = standing_of(person(request), difference)
    tier = standing.missing(needed, everywhere=needed <= DECIDING)
    if tier:
        sentence = f"In tier {tier} this needs {one_of(frozenset(needed))}."
        refuse(request, difference_subject(difference), sentence)
    return difference


def rule_of(request: HttpRequest, rule_id: int) -> Rule:
    """Return the rule of an address, for a person with a needed role in a tier that it covers.

    Whether one tier is enough, the operation asks.
    """
    rows = Rule.objects.select_related("author", "owner", "activated_by", "ended_by", "replaces")
    row = get_object_or_404(rows, pk=min(rule_id, LARGEST_ID))
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    if request.method in LOOKING_METHODS:
        return row
    needed, tiers = needed_roles(name, request.method or ""), covered_tiers(scope_of(row))
    if tiers and not any(needed & roles_of(request.user, tier) for tier in tiers):
        names = listed([tier.name for tier in tiers])
        refuse(request, subject_of_rule(row), f"In {names} this needs {one_of(needed)}.")
    return row


def may(request: HttpRequest, tier: Tier, url_name: str) -> bool:
    """Say whether the person may post to an address of this tier."""
    return bool(needed_roles(url_name, "POST") & roles_of(request.user, tier))


def person(request: HttpRequest) -> User:
    """Return who is signed in; the middleware lets nobody else through."""
    if isinstance(request.user, AnonymousUser):
        raise PermissionDenied("Sign in first.")
    return request.user


def _let_in(request: HttpRequest, tier: Tier, subject: str) -> None:
    """Refuse a change by a person whose roles lie elsewhere; looking is open to every role."""
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    if request.method in LOOKING_METHODS:
        return
    needed = needed_roles(name, request.method or "")
    if not needed & roles_of(request.user, tier):
        refuse(request, subject, f"In tier {tier.name} this needs {one_of(needed)}.")
