"""A promotion's page: what changes, on what evidence, who agreed, how far each target is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger.clock import database_now
from rollouts.models import ApplyStep, Promotion
from tests.rollouts.promoting import (
    alice,
    approved,
    bob,
    dave,
    rolled_back,
)
from tests.rollouts.stage import differ, signed_in, stand, target
from tests.rollouts.views.steps import page, section, without_tags, words

pytestmark = [pytest.mark.django_db]

DIFF = """--- a/clusters/kube-1.yaml
+++ b/clusters/kube-1.yaml
@@ -3,3 +3,3 @@
 config_items:
-  routesrv: "pre"  # <b>bold</b>
+  routesrv: "exec"  # <b>bold</b>
   other: 1
"""


def test_the_head_says_what_moves_where_for_whom_and_until_when(promotion):
    shown = page(promotion)

    assert f"<title>{promotion.name} test: shadow to exec" in shown
    head = shown.partition('class="head"')[2].partition("</div>")[0]
    assert "shadow → exec" in head
    assert "waiting for approval" in head
    assert "2 targets · asked for by alice" in head
    assert "expires" in head


def test_gates_stand_side_by_side_as_when_asked_and_as_now(promotion):
    stand(target("kube-2"), "unreachable")

    gates = section(page(promotion), "gates")

    reachable = gates.partition('<th scope="row">reachable</th>')[2].partition("</tr>")[0]
    assert reachable.index("pass") < reachable.index("unknown")
    assert "1 of 2 targets is without a table: kube-2." in reachable


def test_the_people_needed_are_named_and_who_has_signed(for_two):
    approved(for_two, actor=bob())

    people = section(page(for_two), "approvals")

    assert "1 of 2" in people
    assert f"saw evidence <code>{for_two.evidence_digest[:8]}</code>" in people
    assert "1 approver</span><small>still needed, from carol</small>" in people


def test_an_approval_whose_giver_lost_the_role_counts_no_more(for_two):
    approved(for_two, actor=bob())
    bob().grants.all().delete()

    people = section(words(signed_in(dave()).get(f"/promotions/{for_two.pk}/")), "approvals")

    assert "0 of 2" in people
    assert "is no approver any more, so it does not count" in people


def test_the_change_is_shown_as_a_diff_with_its_tokens_marked(promotion):
    made_at = database_now().isoformat()
    forecast = {
        "diff": DIFF, "head": "abcdef0123456789", "made_at": made_at, "message": "Promote",
        "governed": ["kube-1", "kube-2"], "instructions": "", "problem": "",
    }  # fmt: skip
    Promotion.objects.filter(pk=promotion.pk).update(forecast=forecast)

    changes = section(page(promotion), "changes")

    assert "clusters/kube-1.yaml" in changes
    assert "<mark>pre</mark>" in changes
    assert "<mark>exec</mark>" in changes
    assert "<b>bold</b>" not in changes
    assert "It moves 2 clusters: kube-1, kube-2." in without_tags(changes)
    assert "<code>abcdef0123</code>" in changes


def test_why_it_could_not_be_carried_out_is_shown_with_the_lines(promotion):
    forecast = {"problem": "The key stands twice.", "lines": ["a.yaml:3: routesrv: pre"]}
    Promotion.objects.filter(pk=promotion.pk).update(forecast=forecast)

    changes = section(page(promotion), "changes")

    assert "As things stand it could not be carried out." in changes
    assert "The key stands twice." in changes
    assert "a.yaml:3: routesrv: pre" in changes


def test_what_is_done_by_hand_is_told_in_words(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(forecast={"instructions": "Turn the switch."})

    changes = section(page(promotion), "changes")

    assert "Turn the switch." in changes
    assert "A person carries this out by hand" in changes


def test_evidence_that_got_worse_is_said_with_what_changed(promotion):
    differ(target("kube-1"), "kube_shop__orders")

    shown = page(promotion, bob)

    assert "Evidence got worse since it was asked for." in shown
    assert "aws:1:eu:kube-1 has 1 new or changed difference." in shown
    assert 'name="confirm"' not in shown
    assert "It has to be asked for anew." in shown


def test_evidence_that_only_moved_is_said_to_hold(promotion):
    stand(target("kube-2"), "unreachable")

    shown = page(promotion, bob)

    assert "Nothing got worse. Approvals given still hold." in shown
    assert "The gate reachable passed, and is unknown now." in shown
    assert "It can be approved once all are open." in shown


def test_a_promotion_that_waits_says_for_what(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(problem="It waits. fresh is unknown: old.")

    assert "It waits. fresh is unknown: old." in page(promotion)


def test_steps_tell_how_far_each_target_is_and_what_was_heard(promotion):
    now = database_now()
    Promotion.objects.filter(pk=promotion.pk).update(
        state="verifying", generation=4, started_at=now, written_at=now, reference="c" * 40
    )
    for alias, fields in {
        "kube-1": {"state": "observed", "readings": 5, "heard": "exec", "observed_at": now},
        "kube-2": {"state": "written", "readings": 1, "heard": "<i>shadow</i>"},
    }.items():
        ApplyStep.objects.create(
            promotion=promotion, target=target(alias), generation=4, written_at=now,
            idempotency_key=alias, **fields,
        )  # fmt: skip

    shown = page(promotion)

    steps = section(shown, "targets")
    assert steps.index("kube-2") < steps.index("kube-1")
    assert "1 of 3 equal readings" in steps
    assert "3 of 3 equal readings" in steps
    assert "&lt;i&gt;shadow&lt;/i&gt;" in steps
    assert '<progress value="1" max="2"' in shown
    assert f'written as <code title="{"c" * 40}">cccccccccc</code>' in shown
    assert "not judged any more" in section(shown, "gates")


def test_what_happened_is_told_newest_first_refusals_included(promotion):
    client = signed_in(alice())
    client.post(reverse("promotion-reject", args=[promotion.pk]), {"reason": "no"})
    approved(promotion)

    entries = section(page(promotion), "timeline")

    assert entries.index("approved by everybody needed") < entries.index("asked for")
    assert "the diff is empty since Monday" in entries


def test_what_took_its_place_is_linked_both_ways(promotion):
    approved(promotion)
    Promotion.objects.filter(pk=promotion.pk).update(state="applying", generation=1)
    rollback = rolled_back(promotion.tier)

    old, new = page(promotion), page(rollback)

    assert f'<a href="/promotions/{rollback.pk}/">{rollback.name}</a> took its place.' in old
    assert f'<a href="/promotions/{promotion.pk}/">{promotion.name}</a>' in new
    assert "a rollback is never gated" in new


def test_texts_of_people_are_no_markup(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(problem="<script>alert(1)</script>")

    assert "<script>alert" not in page(promotion)
