"""The pages of a promotion in a browser: how they read, what the Enter key and a poll never do."""

from __future__ import annotations

import re

import pytest

from tests.browser import LOOKS, accessibility_violations, sideways_scrolling
from tests.journeys.test_demo import demo, sign_in

pytestmark = pytest.mark.xdist_group("promotion pages")

PLAYGROUND = "/rollouts/routesrv/playground/"
GATES_OPEN_MILLISECONDS = 180_000

CUT_OFF = """() => [...document.querySelectorAll("main .card :is(p, td, th, span, code, small, b)")]
    .filter((element) => !element.closest("pre, svg, thead, .visually-hidden, .choices") &&
        element.getBoundingClientRect().right >
            element.closest(".card").getBoundingClientRect().right + 1)
    .map((element) => element.outerHTML.slice(0, 120))"""
"""A card clips what sticks out of it, so that the page itself does not scroll sideways."""


@pytest.fixture(scope="module")
def address():
    with demo() as (url, _):
        yield url


@pytest.fixture(scope="module")
def alice(address, browser):
    page = browser.new_page()
    sign_in(page, address, "alice")
    yield page
    page.close()


@pytest.fixture
def promotion(address, alice):
    """The address of a promotion that waits for bob or carol: the open one, or a new one."""
    alice.goto(address + PLAYGROUND)
    link = alice.get_by_role("link", name=re.compile("Open P-"))
    if link.count():
        return address + str(link.get_attribute("href"))
    button = alice.get_by_role("button", name="Ask for exec", disabled=False)
    button.wait_for(timeout=GATES_OPEN_MILLISECONDS)
    alice.get_by_label("Reason").first.fill("clean since it was started")
    alice.get_by_label("Type playground").fill("playground")
    alice.keyboard.press("Enter")
    assert alice.url == address + PLAYGROUND
    button.click()
    alice.locator(".head .state", has_text="waiting for approval").wait_for()
    return alice.url


def reject(page, promotion):
    """Say no to a promotion from its page."""
    page.goto(promotion)
    page.get_by_text("Reject…").click()
    page.get_by_label("Why not").fill("only trying")
    page.get_by_role("button", name="Reject").click()
    page.locator(".head .state", has_text="rejected").wait_for()


@pytest.fixture
def bob(new_context, address):
    page = new_context(**LOOKS["light"]).new_page()
    sign_in(page, address, "bob")
    return page


@pytest.mark.parametrize(
    "which", ["promotion", "inbox", "promotions", "tier", "closed", "overview"]
)
def test_every_page_reads_well_in_every_look(looked_at, address, promotion, which):
    paths = {
        "promotion": promotion,
        "inbox": f"{address}/inbox/",
        "promotions": f"{address}/promotions/",
        "tier": address + PLAYGROUND,
        "closed": f"{address}/rollouts/routesrv/production/",
        "overview": f"{address}/",
    }
    sign_in(looked_at, address, "bob")

    looked_at.goto(paths[which])
    for fold in looked_at.locator("main details").all():
        fold.evaluate("fold => { fold.open = true; }")

    assert not accessibility_violations(looked_at)
    assert not sideways_scrolling(looked_at)
    assert not looked_at.evaluate(CUT_OFF)


def test_the_inbox_counts_what_waits(bob, address, promotion):
    bob.goto(f"{address}/inbox/")

    assert bob.title() == "(1) Inbox · Penumbra"
    bob.get_by_role("link", name=re.compile("^Review P-")).click()
    assert bob.url == promotion


def test_the_enter_key_never_approves(bob, promotion):
    bob.goto(promotion)
    field = bob.get_by_label("Type playground")
    field.fill("playground")

    field.press("Enter")

    assert bob.url == promotion
    assert field.input_value() == "playground"
    assert "waiting for approval" in bob.locator(".head").inner_text()


def test_an_answer_does_not_come_under_a_half_typed_form(bob, new_context, address, promotion):
    carol = new_context(**LOOKS["light"]).new_page()
    sign_in(carol, address, "carol")
    bob.goto(promotion)
    bob.get_by_label("Type playground").fill("play")

    reject(carol, promotion)

    bob.get_by_text("New evidence.").wait_for()
    assert bob.get_by_label("Type playground").input_value() == "play"
    assert "waiting for approval" in bob.locator(".head").inner_text()
    bob.get_by_role("button", name="Show it").click()
    bob.locator(".head .state", has_text="rejected").wait_for()
    assert not bob.get_by_role("button", name="Approve").count()


def test_a_page_that_hears_nothing_switches_the_risky_direction_off_alone(
    bob, address, promotion, faults
):
    for complaint in ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"):
        faults.expect(complaint)
    reject(bob, promotion)
    bob.clock.install()
    bob.goto(address + PLAYGROUND)
    ask = bob.get_by_role("button", name="Ask for exec")
    bob.clock.run_for(1_000)
    assert ask.is_enabled()

    bob.context.set_offline(True)
    bob.clock.run_for(45_000)

    assert ask.is_disabled()
    assert bob.get_by_role("button", name="Roll back to off").is_enabled()
    bob.context.set_offline(False)
