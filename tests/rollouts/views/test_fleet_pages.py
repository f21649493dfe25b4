"""Overview and tier: counted, searched, sorted, and empty for a reason."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from rollouts.models import Target
from rollouts.permissions.roles import Role
from rollouts.queries import overview
from tests.rollouts.stage import (
    changed,
    load,
    person,
    signed_in,
    stand,
    target,
)
from tests.rollouts.views.shown import marks, page

pytestmark = [pytest.mark.django_db]


def test_the_overview_counts_targets_by_state_and_names_who_needs_a_person(vera):
    stand(target("kube-1"), "different", differences=3, sentence="3 routes differ.")
    stand(target("kube-2"), "equal")
    stand(target("kube-3"), "unreachable", sentence="Nobody answers at 10.0.0.3.")

    shown = page(vera, "overview")

    test, _, production = shown.partition(">test</a>")[2].partition(">production</a>")
    assert marks(test)[:2] == ["clean: 1 clean", "differs: 1 differs"]
    assert marks(production)[0] == "unreachable: 1 unreachable"
    asking = shown.partition("Asking for a person")[2]
    assert "2 of 4" in asking
    assert asking.index("3 routes differ.") < asking.index("Nobody answers at 10.0.0.3.")


def test_the_overview_shows_the_worst_first_and_links_to_the_rest(vera, monkeypatch):
    monkeypatch.setattr(overview, "ASKING_SHOWN", 1)
    stand(target("kube-1"), "unreachable", sentence="Nobody answers at kube-1.")
    stand(target("kube-3"), "different", sentence="3 routes differ at kube-3.")

    asking = page(vera, "overview").partition("Asking for a person")[2]

    assert "3 routes differ at kube-3." in asking
    assert "Nobody answers" not in asking
    assert '<a href="/rollouts/routesrv/test/">1 more in test</a>' in asking


def test_no_tier_alone_fills_what_asks_for_a_person(vera, monkeypatch):
    monkeypatch.setattr(overview, "ASKING_SHOWN", 2)
    for name in ("kube-1", "kube-2", "kube-3"):
        stand(target(name), "different", differences=1, sentence=f"1 route differs at {name}.")

    asking = page(vera, "overview").partition("Asking for a person")[2]

    assert "1 route differs at kube-1." in asking
    assert "1 route differs at kube-3." in asking
    assert "1 route differs at kube-2." not in asking


def test_what_asks_for_a_person_is_told_with_its_rollout_and_tier(vera):
    stand(target("kube-3"), "different", differences=1, sentence="1 route differs.")

    asking = page(vera, "overview").partition("Asking for a person")[2]

    assert '<small class="end quiet">routesrv / production</small>' in asking


def test_what_asks_for_a_person_is_told_to_its_end(vera):
    sentence = "The shadow side would be refused: " + "route_of_a_long_name " * 20 + "Mend it."
    stand(target("kube-1"), "refused", sentence=sentence)

    assert sentence in page(vera, "overview")


def test_a_rollout_without_a_title_is_named_once():
    load(changed("    title: Skipper reads its routes from the route server\n", ""))
    vera = signed_in(person("vera", Role.VIEWER))

    for name in ("overview", "tier"):
        head = page(vera, name).partition('<div class="head">')[2].partition("</div>")[0]
        assert head.count("routesrv") == (name == "overview")
    assert "A cache before the routes" in page(vera, "overview")


def test_an_overview_without_a_fleet_says_how_to_load_one():
    shown = page(signed_in(person("vera", Role.VIEWER)), "overview")

    assert f"{settings.MANAGE} sync_fleet fleet.yaml" in shown


def test_a_tier_without_targets_says_so(vera):
    load(changed('["aws:1:eu:kube-1", "aws:1:eu:kube-2"]', "[]"))

    assert "No target of this tier matches." in page(vera, "tier")
    assert "no targets" in page(vera, "overview")


def test_a_tier_is_mixed_while_its_targets_are(vera):
    Target.objects.filter(pk=target("kube-1").pk).update(mode="exec")

    assert "mixed 1/2" in page(vera, "tier")


def test_a_tier_is_searched_filtered_and_sorted(vera):
    stand(target("kube-1"), "equal")
    stand(target("kube-2"), "different")
    path = reverse("tier", args=["routesrv", "test"])

    def listed(**query: str) -> list[str]:
        body = vera.get(path, query).content.decode().partition("<tbody>")[2]
        return re.findall(r'<th scope="row".*?>(kube-\d)</a>', body)

    assert listed(q="KUBE-2") == ["kube-2"]
    assert listed(state="clean") == ["kube-1"]
    assert listed(state="clean", q="kube-2") == []
    assert listed(sort="state") == ["kube-2", "kube-1"]
    assert listed(sort="name") == ["kube-1", "kube-2"]
