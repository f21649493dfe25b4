"""A rule in a browser: drafted from a difference, previewed, activated by another, and seen."""

from __future__ import annotations

import re

import pytest

from tests.browser import LOOKS, accessibility_violations, sideways_scrolling
from tests.journeys.test_demo import demo, sign_in

pytestmark = pytest.mark.xdist_group("rule")

SEEN_MILLISECONDS = 90_000


@pytest.fixture(scope="module")
def address():
    with demo() as (url, _):
        yield url


@pytest.fixture(scope="module")
def rule(address, browser):
    """The address of a draft that Alice made of a difference of one cluster, with its preview."""
    page = browser.new_page()
    page.set_default_timeout(SEEN_MILLISECONDS)
    sign_in(page, address, "alice")
    page.goto(f"{address}/differences/?q=flowId")
    link = page.get_by_role("link", name=re.compile("filter flowId argument 1")).first
    link.wait_for()
    number = re.search(r"D-(\d+)", link.get_attribute("href"))[1]
    page.goto(f"{address}/rules/new/?from={number}")
    page.get_by_label("Why does this say nothing?").fill("nobody reads whether it is reused")
    page.get_by_role("button", name="Draft it").click()
    page.get_by_role("button", name="Start the preview").click()
    page.get_by_text("It counts for activating").wait_for()
    assert "somebody else has to activate it" in page.locator("main").inner_text()
    yield page.url
    page.close()


@pytest.mark.parametrize("which", ["ledger", "rule", "new", "from"])
def test_every_page_of_rules_reads_well_in_every_look(looked_at, address, rule, which):
    paths = {
        "ledger": "/rules/",
        "rule": rule.removeprefix(address),
        "new": "/rules/new/?kind=strip-filters",
        "from": "/rules/new/?from=1",
    }
    sign_in(looked_at, address, "bob")

    looked_at.goto(address + paths[which])
    for fold in looked_at.locator("main details").all():
        fold.evaluate("fold => { fold.open = true; }")

    assert not accessibility_violations(looked_at)
    assert not sideways_scrolling(looked_at)


def test_a_second_person_activates_it_and_its_effect_is_seen(new_context, address, rule):
    page = new_context(**LOOKS["light"]).new_page()
    page.set_default_timeout(SEEN_MILLISECONDS)
    sign_in(page, address, "bob")
    page.goto(rule)
    name = page.locator("h1").inner_text()
    field = page.get_by_label(re.compile("^Type R-"))
    field.fill(name)

    field.press("Enter")
    assert "draft" in page.locator(".head").inner_text()
    field.fill(name)
    page.get_by_role("button", name="Activate").click()

    page.locator(".head .state", has_text="active").wait_for()
    page.locator(".facts", has_text=re.compile(r"Hides now\s*[1-9]\d* routes?")).wait_for()
    covered = page.locator("dl.pairs dt", has_text="Covers").locator("+ dd").inner_text()
    tier = f"{address}/rollouts/{covered.split(',')[0]}/"
    page.goto(tier)
    hidden = page.locator("#facts .hidden-words")
    hidden.wait_for()
    assert re.fullmatch(r"hidden by 1 rule: [1-9]\d* routes?", hidden.inner_text())
    shown = [hidden_text(page, address, number) for number in targets_of(page)]
    assert any(f"hidden by {name}" in text for text in shown)
    assert not accessibility_violations(page)


def targets_of(page):
    """Return the ids of the targets that a tier's page leads to."""
    links = page.locator("main a[href*='/targets/']").all()
    found = [re.search(r"/targets/(\d+)/", link.get_attribute("href")) for link in links]
    return sorted({one[1] for one in found if one})


def hidden_text(page, address, number):
    """Return what the page of the hidden routes of a target says."""
    page.goto(f"{address}/targets/{number}/hidden/")
    return page.locator("main").inner_text()
