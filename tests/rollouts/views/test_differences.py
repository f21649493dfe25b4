"""The differences of a target: listed with what changed, one of them side by side."""

from __future__ import annotations

import pytest
from django.urls import reverse

from diffs import bodies
from diffs.formats import FORMATS
from diffs.models import Finding, Reading, SideState, Snapshot
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.queries.known_reasons import INVALID
from tests.rollouts.stage import differ, stand, target
from tests.rollouts.views.shown import page

pytestmark = [pytest.mark.django_db]


def refuse(one, key, *, reason):
    """Let the shadow table of a target hold a route that Skipper would refuse."""
    now = database_now()
    kept = Snapshot.objects.create(
        sha256="a" * 64, size=1, data=bodies.pack(b"x"), stored_at=now, last_read_at=now
    )
    refusal = {"key": key, "line": 3, "column": 9, "reason": reason, "excerpt": "kube_a: …"}
    Reading.objects.create(
        snapshot=kept, reader=FORMATS["eskip"].label, routes=1, digest="", refusals=[refusal]
    )
    SideState.objects.create(source=one.source, side="shadow", routes=1, snapshot=kept)


def test_differences_show_the_chosen_route_side_by_side(vera):
    one = target("kube-1")
    stand(one, "different", differences=2)
    first = differ(one, "kube_a", left='a: * -> flowId("reuse") -> "http://a";',
                   right='a: * -> flowId("renew") -> "http://a";')  # fmt: skip
    second = differ(one, "kube_b", left='b: * -> "http://b";', right="")
    path = reverse("target-differences", args=[one.pk])

    assert "renew" in vera.get(path).content.decode()
    chosen = vera.get(path, {"d": second}).content.decode()
    assert "It has no such route." in chosen
    assert "renew" not in chosen.partition("data-diff")[2]
    assert 'data-view="unified"' in vera.get(path, {"d": first, "view": "unified"}).content.decode()


def test_differences_beyond_those_kept_are_told(vera):
    one = target("kube-1")
    stand(one, "different", differences=15_001, unkept=15_000, total=16_000)
    differ(one, "kube_a")

    shown = page(vera, "target-differences")

    assert "<h1>1 difference and 15,000 more in kube-1</h1>" in shown
    assert "And 15,000 more routes differ" in shown
    stand(one, "different", differences=1, unkept=0)
    assert "15,000" not in page(vera, "target-differences")


@pytest.mark.parametrize("name", ["target", "target-differences"])
def test_every_listed_difference_shows_what_changed(vera, name):
    one = target("kube-1")
    stand(one, "different", differences=2)
    differ(one, "kube_a", left='-> flowId("reuse")', right='-> flowId("renew")')
    differ(one, "kube_b", left='Path("/only")\n-> <shunt>', right="")

    shown = page(vera, name)

    changed = "flowId(&quot;<del>reuse</del><ins>renew</ins>&quot;)"
    assert f'<code class="change">{changed}</code>' in shown
    gone = "<del>Path(&quot;/only&quot;) -&gt; &lt;shunt&gt;</del>"
    assert f'<code class="change is-whole">{gone}</code>' in shown


def only_in_shadow(one):
    """Give a target a route that only its shadow side has; return its page of differences."""
    stand(one, "different", differences=1)
    differ(one, "kube_a", right="* -> <shunt>", left="")
    Finding.objects.update(kind="only_in_shadow")
    return reverse("target-differences", args=[one.pk])


def test_what_is_known_of_both_sides_explains_a_route_that_only_one_has(vera):
    shown = vera.get(only_in_shadow(target("kube-1"))).content.decode()

    assert INVALID in shown
    assert "http://kube-1.example.org:9911/routes?invalid=true" in shown


def test_where_both_sides_read_the_same_nothing_explains_a_difference(vera):
    Target.objects.update(mode="exec")

    assert INVALID not in vera.get(only_in_shadow(target("kube-1"))).content.decode()


@pytest.mark.parametrize("name", ["target", "target-differences"])
def test_a_refused_route_is_listed_with_its_reason(vera, name):
    one = target("kube-1")
    stand(one, "refused", differences=1)
    differ(one, "kube_a", left="* -> <shunt>")
    refuse(one, "kube_a", reason="expected Method at most once")

    shown = page(vera, name)

    assert '<small class="refusal">expected Method at most once</small>' in shown
    assert 'class="change' not in shown


def test_a_difference_of_another_target_is_not_shown(vera):
    mine, other = target("kube-1"), target("kube-2")
    stand(mine, "different", differences=1)
    differ(mine, "kube_mine", left='a: * -> "http://mine";')
    theirs = differ(other, "kube_theirs", left='a: * -> "http://theirs";')

    shown = vera.get(reverse("target-differences", args=[mine.pk]), {"d": theirs}).content.decode()

    assert "theirs" not in shown


def test_no_differences_says_why_there_are_none(vera):
    stand(target("kube-1"), "equal", sentence="Both sides say the same.")
    stand(target("kube-2"), "unreachable", sentence="Nobody answers.")

    assert "0 differences" in page(vera, "target-differences")
    blind = page(vera, "target-differences", "kube-2")
    assert "Nothing to show" in blind
    assert "Nobody answers." in blind
