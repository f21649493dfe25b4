"""What pages say in each state: the outcome in words, which side is live, why it is stale."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from diffs.models import SideState, SourceState
from diffs.outcomes import Outcome
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.permissions.roles import Role
from tests.rollouts.stage import (
    changed,
    collector_beats,
    differ,
    load,
    person,
    signed_in,
    stand,
    target,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

# Outcome -> (the word of the target's state, its colour), as EVIDENCE §2 and UX §2 say.
WORDS = {
    "equal": ("clean", "clean"),
    "equal_after_rules": ("clean", "clean"),
    "lag": ("clean", "clean"),
    "different": ("differs", "differs"),
    "unstable": ("differs", "differs"),
    "unconfirmed": ("unconfirmed", "unconfirmed"),
    "moved": ("unconfirmed", "unconfirmed"),
    "refused": ("refused", "refused"),
    "duplicate_id": ("refused", "refused"),
    "suspect": ("suspect", "suspect"),
    "same_address": ("suspect", "suspect"),
    "untrusted": ("suspect", "suspect"),
    "stale_source": ("stale", "stale"),
    "not_ready": ("not ready", "stale"),
    "unreachable": ("unreachable", "unreachable"),
    "not_a_table": ("unreachable", "unreachable"),
    "truncated": ("unreachable", "unreachable"),
    "not_compared": ("not compared", "off"),
}

MARK = re.compile(r'<span class="state is-([a-z]+)"><svg.*?</svg>([^<]*)<')


@pytest.fixture
def vera():
    load()
    collector_beats()
    return signed_in(person("vera", Role.VIEWER))


def page(client: Client, name: str = "target", alias: str = "kube-1") -> str:
    """Return the text of a page about a target, its tier, or everything."""
    arguments: dict[str, list[object]] = {"overview": [], "tier": ["routesrv", "test"]}
    path = reverse(name, args=arguments[name] if name in arguments else [target(alias).pk])
    return " ".join(client.get(path).content.decode().split())


def marks(text: str) -> list[str]:
    """Return the states that a text shows, as colour and word."""
    pieces = text.split('<span class="state is-')[1:]
    return [
        f"{p.partition(chr(34))[0]}: {p.partition('</svg>')[2].partition('<')[0]}" for p in pieces
    ]


def head(text: str) -> list[str]:
    """Return the states beside the name of a target."""
    return marks(text.partition("<h1>")[2].partition("</div>")[0])


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


@pytest.mark.parametrize("mode", ["off", "shadow", "unknown"])
def test_in_every_other_mode_the_legacy_side_is_live(vera, mode):
    Target.objects.filter(pk=target("kube-1").pk).update(mode=mode)

    legacy, _, shadow = (
        page(vera).partition('aria-label="legacy side"')[2].partition('aria-label="shadow side"')
    )
    assert "production follows this side" in legacy
    assert "only compared, production does not use it" in shadow


def test_a_target_never_looked_at_says_so(vera):
    shown = page(vera)

    assert head(shown)[0] == "stale: stale"
    assert "It was not looked at yet." in shown


def test_a_mode_that_cannot_be_read_says_why(vera):
    Target.objects.filter(pk=target("kube-1").pk).update(
        mode="unknown", observe_problem="http://10.0.0.9/mode did not answer with JSON."
    )

    assert "http://10.0.0.9/mode did not answer with JSON." in page(vera)


def test_the_overview_counts_targets_by_state_and_names_who_needs_a_person(vera):
    stand(target("kube-1"), "different", differences=3, sentence="3 routes differ.")
    stand(target("kube-2"), "equal")
    stand(target("kube-3"), "unreachable", sentence="Nobody answers at 10.0.0.3.")

    shown = page(vera, "overview")

    test, _, production = shown.partition(">test</a>")[2].partition(">production</a>")
    assert marks(test)[:2] == ["clean: 1 clean", "differs: 1 differs"]
    assert marks(production)[0] == "unreachable: 1 unreachable"
    asking = shown.partition("Asking for a person")[2]
    assert "3 of 4" in asking
    assert asking.index("3 routes differ.") < asking.index("Nobody answers at 10.0.0.3.")


def test_an_overview_without_a_fleet_says_how_to_load_one():
    shown = page(signed_in(person("vera", Role.VIEWER)), "overview")

    assert "manage.py sync_fleet fleet.yaml" in shown


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
    assert "renew" not in chosen
    assert 'data-view="unified"' in vera.get(path, {"d": first, "view": "unified"}).content.decode()


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


@pytest.mark.parametrize("name", ["overview", "tier", "target", "target-differences"])
@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "No worker has started yet"), (45, "No worker has handed out a look for 4")],
)
def test_a_dead_collector_stands_over_every_page(name, seconds, words):
    load()
    for one in Target.objects.select_related("source"):
        stand(one)
    if seconds:
        collector_beats(seconds_ago=seconds)
    vera = signed_in(person("vera", Role.VIEWER))

    shown = page(vera, name)

    assert words in shown.partition('id="strips"')[2].partition("<main")[0]
    assert "is-blind" in shown.partition("<body")[2].partition(">")[0]
    assert words in vera.get(reverse("frame")).content.decode()


def test_an_open_page_learns_of_a_dead_collector_and_of_its_return(vera):
    frame = reverse("frame")
    assert f'hx-get="{frame}"' in page(vera)
    assert "No looks" not in vera.get(frame).content.decode()

    collector_beats(seconds_ago=31)
    dead = vera.get(frame).content.decode()
    collector_beats()
    alive = vera.get(frame).content.decode()

    assert "No looks" in dead
    assert 'id="collector-pulse" hx-swap-oob="true"' in dead
    assert "is-differs" in dead
    assert "No looks" not in alive
    assert "is-clean" in alive


def test_the_pulse_tells_when_the_last_look_was(vera):
    SourceState.objects.update(last_look_at=database_now() - timedelta(seconds=61))

    assert "last look 61 s ago" in page(vera)


def test_the_health_of_the_process_needs_no_sign_in():
    collector_beats(seconds_ago=7)

    health = signed_in(None).get(reverse("healthz")).json()

    assert health["database"] == "ok"
    assert 7 <= health["seconds_since_last_tick"] < 60
