"""The page on which a rule is written, from a difference, from another rule or from nothing."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from diffs.models import Rule as RuleRow
from diffs.rules.kinds import KINDS
from ledger.clock import database_now
from rollouts.models import Rollout
from rollouts.operations.decide import Busy
from rollouts.operations.decide_rule import RuleRefused
from rollouts.operations.draft_rule import Draft, draft_rule
from rollouts.promotion_forms import fresh_nonce
from rollouts.queries.proposed_rules import Proposed, proposed_from
from rollouts.rule_forms import RuleForm, initial_of
from rollouts.views.errors import unavailable
from rollouts.views.parameters import positive, typed
from rollouts.views.scopes import person

FIRST_KIND = "ignore-id"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new rule begins with, by its address.

    Shapes
        chosen      place of the offer that fills the form, None where none does
    """

    kind: str
    proposed: Proposed | None
    chosen: int | None
    replaces: RuleRow | None
    initial: dict[str, object]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Answer with the form of a rule, or write the draft that was filled in."""
    if request.method == "POST":
        return _draft(request)
    begun = _begun(request)
    initial = {"owner": request.user.pk, **begun.initial, "request_key": fresh_nonce()}
    form = RuleForm(kind=begun.kind, rollouts=_rollouts(), initial=initial)
    return _page(request, begun, form)


def _draft(request: HttpRequest) -> HttpResponse:
    """Write the draft; 422 with the form where it has faults, 409 where it is refused."""
    begun, now = _begun(request), database_now()
    kind = request.POST.get("kind", "")
    kind = kind if kind in KINDS else begun.kind
    form = RuleForm(request.POST, kind=kind, rollouts=_rollouts())
    if not form.is_valid():
        form.point_out_fault()
        return _page(request, begun, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    draft = Draft(
        content=data["content"],
        reason=data["reason"],
        owner=data["owner"],
        expires_at=form.expires_at(now),
        request_key=data["request_key"],
        made_from=data["made_from"],
        replaces=data["replaces"],
    )
    try:
        row = draft_rule(draft, actor=person(request), now=now)
    except RuleRefused as refusal:
        return _page(request, begun, form, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    except Busy as problem:
        return unavailable(request, title="Somebody else decides just now", text=str(problem))
    messages.success(request, f"{row.name} is drafted. It hides nothing until it is active.")
    return redirect("rule", row.pk)


def _begun(request: HttpRequest) -> Begun:
    """Return what the address names: a difference and one of its offers, a rule, or a kind."""
    query = request.GET
    source = positive(query.get("from"))
    proposed = proposed_from(source) if source else None
    before = positive(query.get("replaces"))
    replaces = RuleRow.objects.filter(pk=before).first() if before else None
    kind = typed(query.get("kind"), most=40)
    if kind in KINDS:
        initial: dict[str, object] = {"kind": kind}
        chosen = None
    elif proposed and proposed.offers:
        chosen = min(positive(query.get("offer")) or 1, len(proposed.offers))
        initial = initial_of(proposed.offers[chosen - 1].content)
    elif replaces and replaces.content.get("kind") in KINDS:
        initial, chosen = {**initial_of(replaces.content), "reason": replaces.reason}, None
    else:
        initial, chosen = {"kind": FIRST_KIND}, None
    if proposed:
        initial["made_from"] = proposed.difference
    if replaces:
        initial["replaces"] = replaces.pk
    return Begun(str(initial["kind"]), proposed, chosen, replaces, initial)


def _rollouts() -> list[str]:
    """Return the rollouts of the fleet."""
    return list(Rollout.objects.filter(removed_at=None).values_list("key", flat=True))


def _page(
    request: HttpRequest,
    begun: Begun,
    form: RuleForm,
    *,
    refusal: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "begun": begun,
        "form": form,
        "kinds": [(name, kind.says) for name, kind in KINDS.items()],
        "kind": form.rule_kind.name,
        "says": form.rule_kind.says,
        "refusal": refusal,
    }
    return render(request, "rollouts/rule_new.html", context, status=status)
