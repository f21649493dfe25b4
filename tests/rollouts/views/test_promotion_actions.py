"""Approve, reject and withdraw from pages: what is done, what is refused and why."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.urls import reverse

from rollouts.models import Approval, Promotion
from rollouts.permissions.roles import Role
from tests.rollouts.promoting import alice, bob, carol, requested
from tests.rollouts.stage import differ, person, signed_in, stand, target, trail
from tests.rollouts.views.steps import approve, approve_form, state, words

pytestmark = [pytest.mark.django_db]


def post(client, name: str, promotion: Promotion, **form: object):
    return client.post(reverse(f"promotion-{name}", args=[promotion.pk]), form)


def test_an_approval_releases_the_promotion_and_keeps_what_was_seen(promotion):
    response = approve(signed_in(bob()), promotion)

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == reverse("promotion", args=[promotion.pk])
    assert state(promotion) == "approved"
    one = Approval.objects.get()
    assert (one.approver.username, one.evidence) == ("bob", promotion.evidence)


def test_a_double_click_is_one_approval(promotion):
    client = signed_in(bob())
    form = approve_form(client, promotion)

    first, second = approve(client, promotion, form), approve(client, promotion, form)

    assert (first.status_code, second.status_code) == (HTTPStatus.FOUND, HTTPStatus.FOUND)
    assert Approval.objects.count() == 1


def test_nobody_approves_their_own_request(promotion):
    client = signed_in(person("alice", Role.APPROVER))
    form = approve_form(signed_in(bob()), promotion)

    shown = words(client.get(reverse("promotion", args=[promotion.pk])))
    response = approve(client, promotion, form)

    assert "You asked for this promotion; somebody else has to approve it." in shown
    assert response.status_code == HTTPStatus.CONFLICT
    assert not Approval.objects.exists()


def test_evidence_that_got_worse_since_the_page_was_opened_ends_it_and_says_what(promotion):
    client = signed_in(bob())
    form = approve_form(client, promotion)
    stand(target("kube-2"), "different", differences=1)
    differ(target("kube-2"), "kube_shop__orders")

    response = approve(client, promotion, form)

    shown = words(response)
    assert response.status_code == HTTPStatus.CONFLICT
    assert "The evidence got worse since it was asked for." in shown
    assert "aws:1:eu:kube-2 has 1 new or changed difference." in shown
    assert "outdated" in shown.partition("<h1>")[2].partition("</div>")[0]
    assert "hx-get" not in shown.partition('id="promotion"')[2].partition(">")[0]
    assert state(promotion) == "outdated"


def test_a_gate_that_nobody_can_judge_refuses_the_click_and_changes_nothing(promotion):
    client = signed_in(bob())
    form = approve_form(client, promotion)
    stand(target("kube-2"), "unreachable")

    response = approve(client, promotion, form)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "reachable is unknown: 1 of 2 targets is without a table: kube-2." in words(response)
    assert state(promotion) == "pending"


@pytest.mark.parametrize("whose", ["carol's", "another promotion's", "tampered", "missing"])
def test_evidence_that_this_page_did_not_show_this_person_is_refused(promotion, whose):
    client = signed_in(bob())
    form = approve_form(client, promotion)
    if whose == "carol's":
        form["shown"] = approve_form(signed_in(carol()), promotion)["shown"]
    elif whose == "another promotion's":
        Promotion.objects.filter(pk=promotion.pk).update(state="withdrawn")
        promotion = requested(promotion.tier)
        form = {**approve_form(client, promotion), "shown": form["shown"]}
    else:
        form["shown"] = "" if whose == "missing" else f"{str(form['shown'])[:-1]}x"

    response = approve(client, promotion, form)

    is_missing = whose == "missing"
    wanted = HTTPStatus.UNPROCESSABLE_ENTITY if is_missing else HTTPStatus.CONFLICT
    words_of = "lacks what the page put into it" if is_missing else "which evidence you saw"
    assert response.status_code == wanted
    assert words_of in words(response)
    assert not Approval.objects.exists()


def test_the_name_of_the_tier_has_to_be_typed(promotion):
    client = signed_in(bob())

    response = approve(client, promotion, approve_form(client, promotion, confirm="Test"))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Type test, the name of the tier, as it is written." in words(response)
    assert not Approval.objects.exists()


def test_an_approval_takes_nothing_that_it_does_not_ask_for(for_two):
    client = signed_in(bob())

    approve(
        client,
        for_two,
        approve_form(
            client, for_two, quorum=0, state="done", approver=str(carol().pk), to_mode="off"
        ),
    )

    one = Promotion.objects.get()
    assert (one.state, one.quorum, one.to_mode) == ("pending", 2, "exec")
    assert [row.approver.username for row in one.approvals.all()] == ["bob"]


def test_a_promotion_that_was_withdrawn_meanwhile_cannot_be_approved(promotion):
    client = signed_in(bob())
    form = approve_form(client, promotion)
    post(signed_in(alice()), "withdraw", promotion)

    response = approve(client, promotion, form)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "This promotion is already withdrawn." in words(response)


def test_an_approver_of_another_tier_is_not_let_in(promotion):
    form = approve_form(signed_in(bob()), promotion)
    eve = person("eve", Role.APPROVER, rollout="routesrv", tier="production")

    assert approve(signed_in(eve), promotion, form).status_code == HTTPStatus.FORBIDDEN
    assert trail()[-1][0] == "promotion_approve_refused"


def test_rejecting_ends_it_with_the_reason(promotion):
    response = post(signed_in(bob()), "reject", promotion, reason="the release is tomorrow")

    assert response.status_code == HTTPStatus.FOUND
    one = Promotion.objects.get()
    assert (one.state, one.state_reason) == ("rejected", "the release is tomorrow")


def test_rejecting_takes_a_reason(promotion):
    response = post(signed_in(bob()), "reject", promotion, reason=" ")

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert state(promotion) == "pending"


def test_who_asked_may_withdraw_without_a_word(promotion):
    assert post(signed_in(alice()), "withdraw", promotion).status_code == HTTPStatus.FOUND
    assert state(promotion) == "withdrawn"


def test_another_requester_may_not_withdraw_but_an_operator_may(promotion):
    other = signed_in(person("rita", Role.REQUESTER))
    refused = post(other, "withdraw", promotion)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "alice, who asked, and operators may withdraw it." in words(refused)
    operator = signed_in(person("olga", Role.OPERATOR))
    assert post(operator, "withdraw", promotion, reason="tidy up").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("name", ["approve", "reject", "withdraw"])
def test_a_decision_takes_a_form_with_its_token_and_nothing_else(promotion, name):
    client = signed_in(bob(), csrf=True)
    path = reverse(f"promotion-{name}", args=[promotion.pk])

    assert client.get(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.post(path, {"reason": "no"}).status_code == HTTPStatus.FORBIDDEN
    assert state(promotion) == "pending"


def test_approving_cannot_be_done_by_the_enter_key(promotion):
    shown = words(signed_in(bob()).get(reverse("promotion", args=[promotion.pk])))

    form = shown.partition(f"/promotions/{promotion.pk}/approve/")[2].partition("</form>")[0]
    assert form.index('<button type="submit" disabled hidden>') < form.index("data-risky")
