"""The demo as a new user meets it: one command, a browser, a story to find."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.browser import LOOKS, accessibility_violations, sideways_scrolling
from tests.house.tree import ROOT
from tests.plugins.child import bound_to_parent
from tests.plugins.redis_server import free_port

STORY_MILLISECONDS = 60_000
"""Within this the overview shows every state of the story."""

pytestmark = pytest.mark.xdist_group("demo")


@contextmanager
def demo() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `python -m demo` on a free port; yield its address once it printed it, and end it.

    Should the test process be killed, the demo ends with it.
    """
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PENUMBRA_", "DATABASE_"))}
    process = subprocess.Popen(
        bound_to_parent([sys.executable, "-m", "demo"], user=None, end="INT"),
        cwd=ROOT,
        env={**kept, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "Penumbra: http" in line:
                break
        else:
            pytest.fail("the demo did not start:\n" + "".join(lines))
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with demo() as (url, _):
        yield url


@pytest.fixture(scope="module")
def story(address, browser):
    """The address once every part of the story shows, and where each cluster's page is."""
    page = browser.new_page()
    sign_in(page, address, "bob")
    row = page.locator("table.tiers tbody tr")
    for text in ("2 differ", "1 refused", "1 not ready", "1 stale"):
        row.filter(has_text=text).first.wait_for(timeout=STORY_MILLISECONDS)
    links = {}
    for tier in ("playground", "test", "infra", "production"):
        page.goto(f"{address}/rollouts/routesrv/{tier}/")
        for link in page.locator("#tier tbody th a").all():
            links[link.inner_text()] = address + str(link.get_attribute("href"))
    page.close()
    return links


def sign_in(page, address, who):
    page.goto(f"{address}/sign-in/")
    page.locator(".people button", has=page.locator("b", has_text=who)).click()
    page.locator("table.tiers").first.wait_for()


def test_shows_each_cluster_in_the_state_of_its_story(page, address, story):
    sign_in(page, address, "dave")
    told = {
        "kube-infra-2": ("differs", "The two sides disagree on 6 of"),
        "kube-infra-3": ("differs", "Never settles"),
        "kube-prod-2": ("refused", "would be refused by Skipper"),
        "kube-prod-3": ("not ready", "404 with an empty body"),
        "kube-prod-4": ("stale", "fetch errors"),
    }

    for name, (state, sentence) in told.items():
        page.goto(story[name])
        shown = page.locator(".head .state").first
        shown.filter(has_text=re.compile(rf"^\s*{state}\s*$")).wait_for(timeout=STORY_MILLISECONDS)
        assert sentence in page.locator(".verdict").inner_text(), name

    for name in story.keys() - told.keys():
        page.goto(story[name])
        page.locator(".head .state", has_text="clean").wait_for()
        assert "Both sides say the same" in page.locator(".verdict").inner_text(), name


def test_only_clean_clusters_gather_clean_time(page, address, story):
    sign_in(page, address, "alice")

    page.goto(f"{address}/rollouts/routesrv/infra/?sort=name")

    rows = page.locator("#tier tbody tr")
    rows.filter(has_text="kube-infra-1").locator("td", has_text=" looks").wait_for()
    assert "none" in rows.filter(has_text="kube-infra-2").inner_text()
    assert "none" in rows.filter(has_text="kube-infra-3").inner_text()


@pytest.mark.parametrize("which", ["overview", "tier", "target", "refused", "differences", "audit"])
def test_every_page_reads_well_in_every_look(looked_at, address, story, which):
    paths = {
        "overview": f"{address}/",
        "tier": f"{address}/rollouts/routesrv/production/",
        "target": story["kube-infra-2"],
        "refused": story["kube-prod-2"],
        "differences": story["kube-infra-2"] + "differences/",
        "audit": f"{address}/audit/",
    }
    sign_in(looked_at, address, "bob")

    looked_at.goto(paths[which])

    assert not accessibility_violations(looked_at)
    assert not sideways_scrolling(looked_at)


def test_the_sign_in_page_reads_well_in_every_look(looked_at, address):
    looked_at.goto(f"{address}/sign-in/")

    assert not accessibility_violations(looked_at)
    assert not sideways_scrolling(looked_at)


def test_a_difference_is_marked_token_by_token_and_says_which_side_is_live(page, address, story):
    sign_in(page, address, "bob")

    page.goto(story["kube-infra-2"])
    page.get_by_role("link", name="Look at all 6").click()

    split = page.locator("table.diff-split")
    assert split.locator("del mark").first.inner_text() == "reuse"
    assert split.locator("ins mark").first.inner_text() == "renew"
    assert "production follows this side" in page.locator(".diff-side.is-live").inner_text()

    page.keyboard.press("s")
    page.locator("table.diff-unified").wait_for(state="visible")
    assert not split.is_visible()


def test_parts_renew_themselves_without_losing_the_page(page, address, story):
    sign_in(page, address, "dave")
    page.goto(story["kube-play-1"])
    page.evaluate("window.before = 1")
    looks = page.locator("dl.facts").get_by_text("good look")
    first = looks.inner_text()

    page.wait_for_function(
        "(first) => !document.querySelector('dl.facts').innerText.includes(first)",
        arg=first,
        timeout=40_000,
    )

    assert page.evaluate("window.before") == 1


def test_everything_can_be_read_and_done_without_scripts(new_context, address, story):
    context = new_context(**LOOKS["light"], java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "carol")
    page.goto(story["kube-test-1"])

    page.get_by_role("button", name="Look now").click()
    assert "A look was asked for at kube-test-1" in page.locator("body").inner_text()

    page.get_by_label("Reason").fill("being rebuilt, OPS-7")
    page.get_by_role("button", name="Set aside").click()
    assert "being rebuilt, OPS-7" in page.locator("main").inner_text()

    page.goto(f"{address}/rollouts/routesrv/test/")
    assert "1 set aside" in page.locator("main").inner_text()

    page.goto(story["kube-test-1"])
    page.get_by_role("button", name="Count it again").click()
    assert "Set aside until" not in page.locator("main").inner_text()


def test_a_viewer_is_offered_nothing_to_decide(page, address, story):
    sign_in(page, address, "dave")

    page.goto(story["kube-play-2"])

    assert not page.get_by_role("button", name="Look now").count()
    assert not page.get_by_role("button", name="Set aside").count()


def test_the_command_of_the_reproduce_box_finds_the_same(page, address, story):
    sign_in(page, address, "dave")
    page.goto(story["kube-infra-2"])
    box = page.locator(".copy pre").inner_text()
    assert ".venv/bin/python manage.py compare" in box

    found = subprocess.run(
        ["bash"], input=box, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert found.returncode == 1
    assert "6 of 900 routes" in found.stdout
    assert "+++ b/" in found.stdout.partition("different:")[0]


def test_ctrl_c_ends_all_of_it():
    with demo() as (_, process):
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=20)

    left = subprocess.run(
        ["pgrep", "-g", str(process.pid)], capture_output=True, text=True, check=False
    )
    assert left.stdout == ""
