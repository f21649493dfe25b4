"""A form that no page made for who sends it: refused, and on the trail; a mistyped one is not."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.urls import reverse

from ledger.models import AuditRecord
from rollouts.models import Approval, Promotion
from rollouts.shown import as_shown
from tests.rollouts.promoting import alice, bob, carol
from tests.rollouts.stage import signed_in, target
from tests.rollouts.views.steps import approve, approve_form, ask, request_form

pytestmark = [pytest.mark.django_db]

NOT_YOURS = {
    "forged": lambda _: "forged",
    "of another person": lambda promotion: as_shown(
        promotion.evidence, person_id=carol().pk, step=f"promotion {promotion.pk}"
    ),
    "of another step": lambda promotion: as_shown(
        promotion.evidence, person_id=bob().pk, step=f"promotion {promotion.pk + 1}"
    ),
}


def refusals():
    rows = AuditRecord.objects.filter(action__endswith="_refused")
    return [(row.action, row.actor, row.subject, row.role) for row in rows]


@pytest.mark.parametrize("evidence", NOT_YOURS)
def test_evidence_that_was_not_shown_to_this_person_is_refused_on_the_trail(promotion, evidence):
    client = signed_in(bob())
    form = approve_form(client, promotion, shown=NOT_YOURS[evidence](promotion))

    response = approve(client, promotion, form)

    assert response.status_code == HTTPStatus.CONFLICT
    assert not Approval.objects.exists()
    subject = f"promotion {promotion.name} routesrv/test"
    assert refusals() == [("promotion_approve_refused", "bob", subject, "approver")]


def test_an_approval_without_any_evidence_is_refused_on_the_trail(promotion):
    client = signed_in(bob())

    response = approve(client, promotion, {"confirm": "test"})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [action for action, *_ in refusals()] == ["promotion_approve_refused"]


@pytest.mark.parametrize(
    "change",
    [
        {"shown": "forged"},
        {"request_key": "mine"},
        {"to_mode": "off"},
        {"named": "other"},
    ],
)
def test_a_request_that_no_page_made_is_refused_on_the_trail(tier, change):
    client = signed_in(alice())
    given = {"named": [target("kube-3").pk]} if "named" in change else change
    form = {**request_form(client, tier), **given}

    response = ask(client, tier, form)

    assert response.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert not Promotion.objects.exists()
    ((action, actor, subject, role),) = refusals()
    assert action.endswith("_refused")
    assert (actor, subject, role) == ("alice", "tier routesrv/test", "requester")


def test_a_mistyped_name_of_the_tier_is_no_decision(promotion):
    client = signed_in(bob())

    response = approve(client, promotion, approve_form(client, promotion, confirm="tset"))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refusals() == []


def test_a_rejection_without_a_reason_is_no_decision(promotion):
    path = reverse("promotion-reject", args=[promotion.pk])

    response = signed_in(bob()).post(path, {"reason": ""})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refusals() == []
