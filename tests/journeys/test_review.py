"""The review of fourteen differences in a browser: by the keyboard alone, with a second person."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from diffs.models import Difference, Review
from diffs.verdicts import Verdict
from tests.browser import LOOKS, accessibility_violations, sideways_scrolling, sign_in
from tests.rollouts import differing
from tests.rollouts.differing import counting, difference, said, shown_by
from tests.rollouts.stage import collector_beats, load, stand, target

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("review")]

GROUPS = 14
TYPED = "bug a b x z u h j of build 7"
"""A reason of letters that are keys: none of them may fire while it is typed."""


@pytest.fixture
def site(live_server):
    """The address of a fleet in which fourteen differences are at two targets each."""
    load()
    collector_beats()
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), "different", differences=GROUPS)
    for number in range(GROUPS):
        one = difference(f"shape {number:02}", label="behavioural" if number < 9 else "cosmetic")
        shown_by(one, target("kube-1"), f"route_{number}")
        shown_by(one, target("kube-2"), f"route_{number}", "another value")
    differing.bob()
    return live_server.url


def page_of(new_context, site, person):
    context = new_context(**LOOKS["light"])
    sign_in(context, person, url=site)
    return context.new_page()


def heading(page):
    return page.locator("h1.review-title").inner_text()


def opened(page, name):
    """Return the open form of a verdict, its reason under the cursor."""
    form = page.locator(f"#say-{name}[open] form")
    form.wait_for()
    page.wait_for_function("name => document.activeElement?.id === `${name}-reason`", arg=name)
    return form


def say_by_keys(page, name):
    """Fill in the open form, leave its field, choose all, send: no pointer, no Enter."""
    before = heading(page)
    form = opened(page, name)
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    assert form.get_by_label("Reason").input_value() == TYPED
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    chosen = form.locator("[name=scope]:checked")
    assert chosen.locator("xpath=..").inner_text() == "all: 2 clusters, 2 routes, 2 variants"
    assert heading(page) == before
    page.keyboard.press("a")
    page.wait_for_function(
        "before => document.querySelector('h1').innerText !== before", arg=before
    )


def test_fourteen_groups_are_reviewed_by_the_keyboard_alone(new_context, site):
    page = page_of(new_context, site, differing.bob())
    page.goto(f"{site}/differences/")
    assert page.get_by_text("0 of 14 reviewed").count() == 1

    page.keyboard.press("j")
    page.keyboard.press("b")
    seen = []
    for number in range(GROUPS):
        name = ("bug", "expected")[number % 2]
        if number:
            page.keyboard.press("bx"[number % 2])
        seen.append(heading(page).split()[0])
        say_by_keys(page, name)

    assert len(set(seen)) == GROUPS
    page.get_by_text("14 of 14 reviewed").wait_for()
    assert page.url == f"{site}/differences/"
    assert Review.objects.count() == GROUPS
    assert {one.verdict for one in Review.objects.all()} == {"bug", "expected"}


def test_the_keys_move_from_group_to_group_and_from_cluster_to_cluster(new_context, site):
    first, second = Difference.objects.order_by("pk")[:2]
    page = page_of(new_context, site, differing.bob())
    page.goto(site + reverse("difference", args=[first.pk]))

    page.keyboard.press("j")
    page.wait_for_url(re.compile(f"D-{second.pk}/"))
    page.keyboard.press("k")
    page.wait_for_url(re.compile(f"D-{first.pk}/"))
    page.keyboard.press("J")
    page.wait_for_url(re.compile("at="))
    assert page.locator("#route-title + a").inner_text() == "kube-2"
    page.keyboard.press("w")
    page.locator("pre.raw").first.wait_for()
    page.keyboard.press("w")
    page.locator("[data-diff]").wait_for()
    page.keyboard.press("s")
    page.locator("[data-diff][data-view=unified]").wait_for()
    page.keyboard.press("c")
    page.keyboard.type("asked them, b and x")
    assert page.get_by_role("textbox", name="Comment").input_value() == "asked them, b and x"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.get_by_text("hold this cluster out").is_visible()


def test_a_cluster_is_held_out_of_what_is_being_said_and_of_what_was(new_context, site):
    one = Difference.objects.earliest("pk")
    page = page_of(new_context, site, differing.bob())
    page.goto(f"{site}/differences/D-{one.pk}/")

    page.keyboard.press("x")
    opened(page, "expected")
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    assert page.locator("[name=held_out]:checked").get_attribute("value") == "aws:1:eu:kube-1"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert not page.locator("[data-say][open]").count()
    said(one, Verdict.BUG)
    page.reload()
    page.keyboard.press("h")

    page.locator(".state", has_text="held out").wait_for()
    assert [review.held_out for review in counting(one)] == [["aws:1:eu:kube-1"]] * 2


def test_the_last_verdict_is_undone_by_a_key_from_the_next_group(new_context, site):
    one = Difference.objects.earliest("pk")
    page = page_of(new_context, site, differing.bob())
    page.goto(f"{site}/differences/D-{one.pk}/")
    page.keyboard.press("b")
    say_by_keys(page, "bug")
    assert [review.verdict for review in counting(one)] == ["bug", "bug"]

    page.keyboard.press("u")

    page.get_by_text("Undone:").wait_for()
    assert counting(one) == [None, None]
    assert page.url == f"{site}/differences/D-{one.pk}/"


def test_a_second_person_agrees_in_another_browser(new_context, site):
    one = Difference.objects.earliest("pk")
    said(one, Verdict.EXPECTED)
    bob = page_of(new_context, site, differing.bob())
    carol = page_of(new_context, site, differing.carol())
    for page in (bob, carol):
        page.goto(f"{site}/D-{one.pk}/")
    assert not bob.get_by_role("button", name="Agree").count()

    carol.get_by_role("button", name="Agree").focus()
    carol.keyboard.press("Enter")
    assert counting(one)[0].seconded_by is None
    carol.get_by_role("button", name="Agree").click()

    carol.get_by_text("You agreed:").wait_for()
    assert counting(one)[0].seconded_by == differing.carol()
    assert "carol agreed" in carol.locator("[aria-labelledby=history-title]").inner_text()


def test_what_joins_while_a_form_is_filled_in_is_not_covered(new_context, site, faults):
    faults.expect("409")
    one = Difference.objects.earliest("pk")
    page = page_of(new_context, site, differing.bob())
    page.goto(f"{site}/differences/D-{one.pk}/?do=bug")
    opened(page, "bug")
    page.keyboard.type("one of them is wrong")
    shown_by(one, target("kube-1"), "route_0", "a third value")

    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("a")

    page.get_by_text("1 variant has joined since").wait_for()
    assert "a third value" in page.get_by_role("alert").inner_text()
    assert counting(one) == [None, None, None]


def test_both_pages_read_well_in_every_look(looked_at, site):
    one = Difference.objects.earliest("pk")
    said(one, Verdict.EXPECTED)
    sign_in(looked_at.context, differing.carol(), url=site)

    for path in ("/differences/", f"/differences/D-{one.pk}/?do=expected"):
        looked_at.goto(site + path)
        assert not accessibility_violations(looked_at)
        assert not sideways_scrolling(looked_at)
