"""What a tier's page offers to decide: who stands in the way, and who is set aside."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rollouts.permissions.roles import Role
from tests.factories import RolloutFactory, TargetFactory, TierFactory
from tests.rollouts.stage import collector_beats, person, signed_in, stand, target
from tests.rollouts.views.shown import page, post

pytestmark = [pytest.mark.django_db]

POLICY = {"soak_seconds": 3600, "looks": 10, "changes": 0}
WHY = "being rebuilt on Friday, OPS-7"


@pytest.fixture
def crowded():
    """The path of a tier in which nine targets differ."""
    tier = TierFactory.create(rollout=RolloutFactory.create(), policy=POLICY)
    for _ in range(9):
        stand(TargetFactory.create(tier=tier), "different")
    collector_beats()
    return reverse("tier", args=[tier.rollout.key, tier.name])


def test_of_many_in_the_way_the_rest_is_counted_and_linked(crowded):
    shown = signed_in(person("olga", Role.OPERATOR)).get(crowded).content.decode()

    assert shown.count('class="inline-menu"') == 6
    assert ">3 more targets</a>" in shown
    assert 'href="?sort=state#targets-title"' in shown


def test_what_is_set_aside_says_by_whom_and_why_and_counts_again_with_one_button(bob):
    post(bob, "set-aside", reason=WHY, days="7", version=1)
    tier = reverse("tier", args=["routesrv", "test"])
    aside = page(bob, "tier").partition("<h2>Set aside</h2>")[2].partition("</section>")[0]
    assert "1 of 2, looked at but not counted" in aside
    assert f", by bob: {WHY}" in aside
    path = reverse("target-return", args=[target("kube-1").pk])
    assert f'action="{path}"' in aside
    assert 'name="version" value="2"' in aside
    assert f'name="next" value="{tier}"' in aside

    response = bob.post(path, {"version": 2, "next": tier}, follow=True)

    shown = response.content.decode()
    assert response.redirect_chain == [(tier, 302)]
    assert "kube-1 counts for its tier again." in shown
    assert "<h2>Set aside</h2>" not in shown


def test_who_may_not_decide_sees_what_is_set_aside_without_a_button(bob):
    post(bob, "set-aside", reason=WHY, days="7", version=1)

    shown = page(signed_in(person("vera", Role.VIEWER)), "tier")

    assert f", by bob: {WHY}" in shown
    assert "Count it again" not in shown


def test_what_is_set_aside_stands_last_however_bad_it_is(bob):
    stand(target("kube-1"), "different")
    stand(target("kube-2"))
    post(bob, "set-aside", reason=WHY, days="7", version=1)

    table = page(bob, "tier").partition("<tbody>")[2]

    assert table.index("kube-2") < table.index("kube-1")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("set-aside", "kube-1 no longer holds its tier back."),
        ("look", "A look was asked for at kube-1."),
    ],
)
def test_what_was_done_is_said_on_the_next_page(bob, name, words):
    post(bob, name, reason=WHY, days="7", version=1)

    assert words in page(bob)
