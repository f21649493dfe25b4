"""What a target says in each state: the outcome in words, the live side, why it is stale."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import SideState
from diffs.outcomes import Outcome
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.templatetags.marks import MARKS
from tests.rollouts.stage import (
    stand,
    target,
)
from tests.rollouts.views.shown import head, marks, page

pytestmark = [pytest.mark.django_db]

# Outcome -> (the word of the target's state, its colour).
WORDS = {
    "equal": ("clean", "clean"),
    "equal_after_rules": ("clean", "clean"),
    "expected": ("expected", "expected"),
    "lag": ("clean", "clean"),
    "different": ("differs", "differs"),
    "unstable": ("differs", "differs"),
    "unconfirmed": ("unconfirmed", "unconfirmed"),
    "moved": ("unconfirmed", "unconfirmed"),
    "refused": ("refused", "refused"),
    "duplicate_id": ("refused", "refused"),
    "suspect": ("suspect", "suspect"),
    "same_address": ("suspect", "suspect"),
    "swapped": ("suspect", "suspect"),
    "untrusted": ("suspect", "suspect"),
    "stale_source": ("stale", "stale"),
    "not_ready": ("not ready", "stale"),
    "unreachable": ("unreachable", "unreachable"),
    "not_a_table": ("unreachable", "unreachable"),
    "truncated": ("unreachable", "unreachable"),
    "not_compared": ("not compared", "off"),
}


def test_every_outcome_has_its_word():
    assert set(WORDS) == {outcome.value for outcome in Outcome}


@pytest.mark.parametrize("outcome", WORDS)
def test_each_outcome_is_shown_with_its_sentence_on_the_target_and_in_its_tier(vera, outcome):
    stand(target("kube-1"), outcome, sentence=f"So it is: {outcome}.")
    word, colour = WORDS[outcome]

    of_target, of_tier = page(vera), page(vera, "tier")

    assert head(of_target)[0] == f"{colour}: {word}"
    assert f"So it is: {outcome}." in of_target
    assert f"{colour}: {word}" in marks(of_tier.partition("<tbody>")[2])


@pytest.mark.parametrize("outcome", ["moved", "unconfirmed", "lag"])
def test_what_settles_keeps_the_last_word_with_a_mark(vera, outcome):
    stand(target("kube-1"), outcome, settled="different")

    assert head(page(vera)) == ["differs: differs", "unconfirmed: settling"]


@pytest.mark.parametrize("outcome", ["equal", "different", "lag", "moved"])
def test_stale_beats_every_word_once_the_proof_is_three_intervals_old(vera, outcome):
    old = database_now() - timedelta(seconds=181)
    stand(target("kube-1"), outcome, last_proof_at=old)

    shown = page(vera)

    assert head(shown)[0] == "stale: stale"
    assert "The last proof is older than 3 intervals of 60 s." in shown
    assert f"<h2>Stale, was {MARKS[outcome].word}" in shown


def test_a_proof_within_three_intervals_still_holds(vera):
    stand(target("kube-1"), last_proof_at=database_now() - timedelta(seconds=170))

    assert head(page(vera))[0] == "clean: clean"


def test_in_exec_agreement_is_following_and_the_shadow_side_is_live(vera):
    one = target("kube-1")
    Target.objects.filter(pk=one.pk).update(mode="exec")
    stand(one)

    shown = page(vera)

    assert head(shown)[0] == "exec: follows"
    legacy, _, shadow = shown.partition('aria-label="legacy side"')[2].partition(
        'aria-label="shadow side"'
    )
    assert "only compared, production does not use it" in legacy
    assert "production follows this side" in shadow


@pytest.mark.parametrize("mode", ["off", "shadow"])
def test_in_every_other_mode_the_legacy_side_is_live(vera, mode):
    Target.objects.filter(pk=target("kube-1").pk).update(mode=mode)

    legacy, _, shadow = (
        page(vera).partition('aria-label="legacy side"')[2].partition('aria-label="shadow side"')
    )
    assert "production follows this side" in legacy
    assert "only compared, production does not use it" in shadow


def test_where_the_mode_is_unknown_nobody_says_which_side_is_live(vera):
    Target.objects.filter(pk=target("kube-1").pk).update(mode="unknown")

    shown = page(vera)

    assert "production follows this side is not known" in shown
    assert "production does not use it" not in shown


def test_a_target_never_looked_at_says_so(vera):
    shown = page(vera)

    assert head(shown)[0] == "off: not looked at yet"
    assert "It was not looked at yet." in shown
    assert "no looks yet</span>" in page(vera, "tier")
    assert "waits for the first look" in page(vera, "overview")


def test_a_mode_that_cannot_be_read_says_why(vera):
    Target.objects.filter(pk=target("kube-1").pk).update(
        mode="unknown", observe_problem="http://10.0.0.9/mode did not answer with JSON."
    )

    assert "http://10.0.0.9/mode did not answer with JSON." in page(vera)


def test_the_reproduce_box_names_the_command_with_both_addresses(vera):
    assert (
        "manage.py compare \\ http://kube-1.example.org:9911/routes \\ "
        "http://kube-1.example.org:9090/routes" in page(vera)
    )


def test_what_skipper_would_refuse_is_listed_with_its_place(vera):
    one = target("kube-1")
    stand(one, "suspect", side="shadow")
    SideState.objects.create(source=one.source, side="shadow", routes=60, problem="It shrank.")

    shown = page(vera)

    assert "It shrank." in shown
    assert "60 routes" in shown
