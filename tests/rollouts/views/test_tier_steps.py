"""A tier's page asks for its next step: gates, why not, the form, and what it takes and refuses."""

from __future__ import annotations

import html
import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from rollouts.models import Promotion, Target
from rollouts.permissions.roles import Role
from tests.rollouts.promoting import alice, bob, carol, dave, requested
from tests.rollouts.stage import collector_beats, differ, person, signed_in, stand, target, trail
from tests.rollouts.views.steps import ask, form_on, request_form, section, tier_path, words

pytestmark = [pytest.mark.django_db]

GATES = ("reachable", "fresh", "clean", "accepted", "soak", "order", "alone")


def gates(text: str) -> dict[str, str]:
    """Return the state of each gate on a page."""
    table = text.partition("gate-table")[2].partition("</table>")[0]
    rows = table.partition("<tbody>")[2].split('<th scope="row">')[1:]
    return {row.partition("<")[0]: row.partition("</svg>")[2].partition("<")[0] for row in rows}


def test_every_gate_of_the_step_is_listed_also_when_all_are_open(tier):
    shown = words(signed_in(dave()).get(tier_path(tier)))

    assert gates(shown) == dict.fromkeys(GATES, "pass")
    assert "all 7 gates open" in shown


def test_a_closed_gate_says_why_what_is_asked_for_and_who_can_open_it(tier):
    stand(target("kube-2"), "different", differences=1, sentence="1 route differs.")

    shown = words(signed_in(alice()).get(tier_path(tier)))

    assert gates(shown)["clean"] == "fail"
    assert "kube-2 is not clean" in shown or "1 of 2 targets is not clean: kube-2." in shown
    assert "Measured" not in shown
    assert "approvers and operators may set a target aside" in shown


def test_whoever_may_not_ask_is_told_who_may(tier):
    shown = words(signed_in(dave()).get(tier_path(tier)))

    assert "Requesters and approvers of test may ask for it." in shown
    assert 'name="confirm"' not in shown


def test_asking_leads_to_a_promotion_that_waits_for_an_approver(tier):
    bob()
    client = signed_in(alice())

    response = ask(client, tier)

    promotion = Promotion.objects.get()
    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == reverse("promotion", args=[promotion.pk])
    assert (promotion.state, promotion.requested_by.username) == ("pending", "alice")
    assert promotion.reason == "clean since Monday"
    assert promotion.members.count() == 2
    shown = section(words(client.get(tier_path(tier))), "open")
    assert f">{promotion.name}</a>" in shown
    assert "Asked for by alice now: it waits for bob." in re.sub("<[^>]+>", "", shown)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"confirm": "tset"}, "Type test, the name of the tier, as it is written."),
        ({"confirm": ""}, "Type test, the name of the tier, as it is written."),
        ({"reason": "ab"}, "Give a reason of 3 characters or more"),
        ({"reason": "read \u202e me"}, "invisible control character"),
        ({"shown": ""}, "The form lacks what the page put into it."),
        ({"request_key": "1"}, "The form lacks what the page put into it."),
        ({"from_mode": "off"}, "The form lacks what the page put into it."),
        ({"to_mode": "off"}, "The form lacks what the page put into it."),
        ({"named": ["999999"]}, "is not one of the available choices"),
    ],
)
def test_a_form_with_a_fault_is_told_which(tier, typed, sentence):
    response = ask(signed_in(alice()), tier, **typed)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in words(response)
    assert not Promotion.objects.exists()


def test_a_form_with_a_fault_keeps_the_reason_and_can_be_sent_again(tier):
    client = signed_in(alice())

    response = ask(client, tier, reason="typed with care", confirm="tset")

    assert 'value="typed with care"' in words(response)
    assert "hx-get" not in words(response).partition('id="next-step"')[2].partition(">")[0]
    assert ask(client, tier).status_code == HTTPStatus.FOUND


def test_evidence_that_got_worse_since_the_page_was_opened_is_a_conflict_that_says_what(tier):
    client = signed_in(alice())
    form = request_form(client, tier)
    stand(target("kube-2"), "different", differences=1)
    differ(target("kube-2"), "kube_shop__orders")

    response = ask(client, tier, form)

    shown = words(response)
    assert response.status_code == HTTPStatus.CONFLICT
    assert "The evidence got worse since you opened the page." in shown
    assert "aws:1:eu:kube-2 has 1 new or changed difference." in shown
    assert "The gate clean passed, and fails now." in shown
    assert not Promotion.objects.exists()
    assert [action for action, *_ in trail()] == ["promotion_request_refused"]


@pytest.mark.parametrize("whose", ["bob", "another step", "tampered"])
def test_evidence_that_was_not_shown_to_this_person_for_this_step_is_refused(tier, whose):
    client = signed_in(alice())
    form = request_form(client, tier)
    if whose == "bob":
        form["shown"] = request_form(signed_in(bob()), tier)["shown"]
    elif whose == "another step":
        stand(target("kube-3"), clean_seconds=7200.0, clean_looks=50, clean_changes=9)
        baked = {"mode": "exec", "observed_mode": "exec", "mode_since": "2020-01-01T00:00Z"}
        Target.objects.filter(tier=tier).update(**baked)
        form["shown"] = request_form(client, target("kube-3").tier)["shown"]
        Target.objects.filter(tier=tier).update(mode="shadow", observed_mode="")
    else:
        form["shown"] = f"{str(form['shown'])[:-1]}x"

    response = ask(client, tier, form)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "does not say which evidence you saw" in words(response)
    assert not Promotion.objects.exists()


def test_a_form_sent_twice_is_one_request(tier):
    client = signed_in(alice())
    form = request_form(client, tier)

    first, second = ask(client, tier, form), ask(client, tier, form)

    assert first["Location"] == second["Location"]
    assert Promotion.objects.count() == 1


def test_a_nonce_of_somebody_else_opens_nothing(tier):
    form = request_form(signed_in(alice()), tier)
    ask(signed_in(alice()), tier, form)
    theirs = {**form, "shown": form["shown"]}

    response = ask(signed_in(bob()), tier, theirs)

    assert response.status_code == HTTPStatus.CONFLICT
    assert Promotion.objects.count() == 1


def test_a_request_takes_nothing_that_it_does_not_ask_for(tier):
    ask(
        signed_in(alice()), tier, state="approved", quorum=0, kind="rollback", tier_id="1",
        requested_by=str(bob().pk), expires_at="2999-01-01", evidence="{}", generation=7,
    )  # fmt: skip

    one = Promotion.objects.get()
    assert (one.state, one.quorum, one.kind, one.generation) == ("pending", 1, "promotion", None)
    assert (one.tier, one.requested_by.username) == (tier, "alice")


def test_while_a_promotion_is_open_nothing_else_can_be_asked_for(tier):
    one = requested(tier)

    shown = words(signed_in(carol()).get(tier_path(tier)))

    assert "Nothing else can be asked for here until it has ended." in section(shown, "open")
    assert f"{one.name} is under way" in section(shown, "gates")
    assert "is open on these targets" not in shown
    assert "not possible now" not in shown
    assert 'name="confirm"' not in shown


def test_while_nobody_looks_nothing_can_be_asked_for(tier):
    collector_beats(seconds_ago=60)

    shown = words(signed_in(alice()).get(tier_path(tier)))

    said = gates(shown)
    assert said.pop("alone") == "pass"
    assert set(said.values()) == {"not looked at"}
    assert "Nobody looks at present, so nothing is judged." in shown
    assert 'name="confirm"' not in shown


def test_a_requester_of_another_tier_is_not_let_in(tier):
    client = signed_in(person("eve", Role.REQUESTER, rollout="cache"))
    form = request_form(signed_in(alice()), tier)

    assert ask(client, tier, form).status_code == HTTPStatus.FORBIDDEN


def test_the_request_cannot_be_sent_by_the_enter_key(tier):
    shown = words(signed_in(alice()).get(tier_path(tier)))

    form = shown.partition('aria-labelledby="ask-title"')[2].partition("</form>")[0]
    assert form.index('<button type="submit" disabled hidden>') < form.index("data-risky")
    assert form_on(signed_in(alice()), tier_path(tier), "tier-request").method == "post"


@pytest.mark.parametrize("part", ["tier", "next-step"])
def test_each_part_of_the_page_is_polled_for_itself(tier, part):
    client = signed_in(alice())
    page = client.get(tier_path(tier)).content.decode()
    etag = html.unescape(page.partition(f'id="{part}"')[2].partition('data-etag="')[2])
    seen = etag[: etag.index('"', 1) + 1]
    headers = {"HX-Request": "true", "HX-Target": part, "If-None-Match": seen}

    unchanged = client.get(tier_path(tier), headers=headers)
    stand(target("kube-2"), "different", differences=1)
    changed = client.get(tier_path(tier), headers=headers)

    assert unchanged.status_code == HTTPStatus.NOT_MODIFIED
    text = changed.content.decode()
    assert f'id="{part}"' in text
    assert ('id="next-step"' in text) != ('id="tier"' in text)
