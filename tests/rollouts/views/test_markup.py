"""Text of strangers on our pages is text: markup is escaped, nothing turns the line around."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from diffs.models import Finding, Occurrence, OutcomeSpan, SideState, SourceState
from ledger.clock import database_now
from rollouts.models import Cluster, Rollout, Target
from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, differ, load, person, signed_in, stand, target

pytestmark = [pytest.mark.django_db]

EVIL = """<script>alert(1)</script><img src=x onerror="alert(2)">'">{{ 7|add:7 }}{% now 'Y' %}"""
UNSAFE = re.compile(r"<script>alert|<img src=x|onerror=\"alert", re.IGNORECASE)


@pytest.fixture
def pages():
    """Every page of a fleet in which each text that can come from outside is EVIL."""
    load()
    collector_beats()
    one = target("kube-1")
    Rollout.objects.update(title=EVIL)
    Cluster.objects.update(alias=EVIL[:200], environment=EVIL[:100], region=EVIL[:100])
    Target.objects.filter(pk=one.pk).update(
        key=EVIL,
        set_aside_reason=EVIL,
        set_aside_until=database_now() + timedelta(days=1),
        observe_problem=EVIL,
        observed_mode="exec",
    )
    stand(one, "different", sentence=EVIL, differences=2, pause=EVIL[:60], restart=EVIL[:60])
    suspect = Target.objects.exclude(pk=one.pk).select_related("source").filter(tier=one.tier)[0]
    stand(suspect, "suspect", side="shadow", sentence=EVIL)
    SideState.objects.create(source=suspect.source, side="shadow", problem=EVIL, routes=9)
    for side in ("legacy", "shadow"):
        SideState.objects.create(
            source=one.source, side=side, problem=EVIL, etag=EVIL, ip="127.0.0.1", routes=1
        )
    differ(one, EVIL, left=f'a: Path("{EVIL}") -> "http://a";', right="")
    differ(one, f"other {EVIL}", left="", right=f'a: Path("/{EVIL}") -> <shunt>;')
    Finding.objects.update(kind="filter")
    OutcomeSpan.objects.create(
        source=one.source, outcome="different", sentence=EVIL, epoch=1, began_at=database_now()
    )
    client = signed_in(person("olga", Role.OPERATOR))
    addresses = [
        reverse("overview"),
        reverse("tier", args=["routesrv", "test"]),
        f"{reverse('tier', args=['routesrv', 'test'])}?q={EVIL}&state={EVIL}&sort={EVIL}",
        *(reverse("target", args=[each.pk]) for each in Target.objects.all()),
        reverse("target-differences", args=[one.pk]),
        f"{reverse('target-differences', args=[one.pk])}?q={EVIL}&kind={EVIL}&view={EVIL}",
        *(
            f"{reverse('target-differences', args=[one.pk])}?d={seen.pk}&view=unified"
            for seen in Occurrence.objects.all()
        ),
    ]
    return {path: client.get(path).content.decode() for path in addresses}


def test_no_page_holds_the_markup_of_strangers(pages):
    assert not [path for path, page in pages.items() if UNSAFE.search(page)]


def test_the_texts_are_there_as_text(pages):
    assert all("&lt;script&gt;alert(1)" in page for page in pages.values())


def test_no_text_is_taken_for_a_template(pages):
    assert all("{{ 7|add:7 }}" in page for page in pages.values())


def test_a_typed_reason_comes_back_as_text():
    load()
    client = signed_in(person("olga", Role.OPERATOR))
    path = reverse("target-set-aside", args=[target("kube-1").pk])

    page = client.post(path, {"reason": EVIL, "days": "7", "version": 9}).content.decode()

    assert not UNSAFE.search(page)
    assert "&lt;script&gt;alert(1)" in page


def test_a_refused_address_and_its_words_come_back_as_text():
    load()
    client = signed_in(person("vera", Role.VIEWER))

    for path in ("/<script>alert(1)</script>/", "/rollouts/<script>alert(1)</script>/test/"):
        assert not UNSAFE.search(client.get(path).content.decode())


def test_hidden_marks_in_a_difference_are_shown_as_what_they_are():
    load()
    collector_beats()
    one = target("kube-1")
    stand(one, "different", differences=1)
    differ(one, "kube_shop", left='a: Path("/a\u202eb") -> <shunt>;', right="")
    SourceState.objects.update(sentence="a table")

    path = reverse("target-differences", args=[one.pk])
    page = signed_in(person("vera", Role.VIEWER)).get(path).content.decode()

    assert "\u202e" not in page
