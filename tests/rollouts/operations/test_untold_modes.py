"""Targets of a fleet file whose mode nothing tells: compared, rolled back, never promoted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Promotion, Target
from rollouts.operations.carry_out import carry_out
from rollouts.operations.decide import PromotionRefused
from tests.rollouts.promoting import PROVEN, alice, evidence_of, requested, rolled_back
from tests.rollouts.stage import FLEET, changed, collector_beats, load, signed_in, stand, target
from tests.rollouts.views.steps import section, tier_path, words

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ADDRESS = '{address: "http://{alias}.example.org:8080/mode", pointer: /mode}'
BY_HAND = "applier: {manual: {}}"
GIT = "{git: {remote: 'https://git.example.org/c.git', branch: main, file: f.yaml, key: mode}}"
MEND = (
    "No target of test can move from shadow. Nothing tells the mode of kube-1 and kube-2, so it"
    " could never be confirmed: give the applier of routesrv a read_back in the fleet file, an"
    " address that answers with the mode."
)


def proven(text: str = FLEET):
    """Return the tier test of a fleet file, with all that exec asks for proven."""
    load(text)
    collector_beats()
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), **PROVEN)
    return target("kube-1").tier


def names(promotion):
    return set(promotion.members.values_list("target__cluster__alias", flat=True))


def test_a_promotion_that_nobody_could_confirm_is_refused_with_what_mends_it():
    tier = proven()

    with pytest.raises(PromotionRefused) as refused:
        requested(tier)

    assert str(refused.value) == MEND
    assert not Promotion.objects.exists()


def test_the_page_says_so_in_the_same_words_and_offers_nothing():
    tier = proven()

    asked = section(words(signed_in(alice()).get(tier_path(tier))), "ask")

    assert MEND in asked
    assert 'name="confirm"' not in asked


def test_the_page_of_the_target_says_so_too():
    proven()

    shown = words(signed_in(alice()).get(f"/targets/{target('kube-1').pk}/"))

    assert "nothing tells it" in shown


@pytest.mark.parametrize("how", [f"{{manual: {{}}, read_back: {ADDRESS}}}", GIT])
def test_whose_mode_an_address_or_a_repository_tells_may_be_promoted(how):
    tier = proven(changed(BY_HAND, f"applier: {how}"))

    assert names(requested(tier)) == {"kube-1", "kube-2"}


def test_an_address_that_comes_later_mends_it():
    proven()
    tier = proven(changed(BY_HAND, f"applier: {{manual: {{}}, read_back: {ADDRESS}}}"))

    assert names(requested(tier)) == {"kube-1", "kube-2"}


def test_of_a_tier_only_those_move_that_can_be_confirmed():
    tier = proven()
    Target.objects.filter(cluster__alias="kube-2").update(
        read_back={"address": "http://127.0.0.1:1/mode", "pointer": "/mode"}
    )
    untold = target("kube-1")

    with pytest.raises(PromotionRefused, match="Not every target that you named can move"):
        requested(tier, named={untold.pk, target("kube-2").pk}, shown=evidence_of(tier))

    assert names(requested(tier)) == {"kube-2"}


def test_who_is_left_out_is_named_with_the_reason():
    tier = proven()
    Target.objects.filter(cluster__alias="kube-2").update(
        read_back={"address": "http://127.0.0.1:1/mode", "pointer": "/mode"}
    )

    shown = words(signed_in(alice()).get(tier_path(tier)))

    assert "Left out: kube-1 (nothing could tell that it follows)." in shown


def test_where_the_file_says_no_mode_either_no_step_is_possible():
    tier = proven(FLEET.replace("        mode: shadow\n", ""))

    assert "No step is possible" in words(signed_in(alice()).get(tier_path(tier)))
    assert set(Target.objects.values_list("mode", flat=True)) == {"unknown"}


def test_the_way_back_is_taken_all_the_same_and_never_called_done():
    tier = proven(FLEET.replace("mode: shadow", "mode: exec"))
    rollback = rolled_back(tier, Mode.SHADOW)

    for _ in range(5):
        carry_out(rollback.pk)
    past = database_now() - timedelta(seconds=1)
    Promotion.objects.filter(pk=rollback.pk).update(deadline_at=past)
    carry_out(rollback.pk)

    rollback.refresh_from_db()
    assert rollback.state == "failed"
    assert "2 targets were not seen in shadow in time" in rollback.state_reason
