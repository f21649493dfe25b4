"""The audit trail of the demo: read, filtered and taken along, with scripts and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import LOOKS, accessibility_violations, sideways_scrolling
from tests.journeys.test_demo import demo, sign_in

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def address():
    with demo() as (url, _):
        yield url


@pytest.mark.parametrize("scripts", [True, False])
def test_the_trail_is_filtered_read_and_taken_along(new_context, address, scripts):
    page = new_context(**LOOKS["light"], java_script_enabled=scripts).new_page()
    sign_in(page, address, "dave")
    page.get_by_role("link", name="Audit").click()

    page.get_by_label("Who").fill("demo")
    page.get_by_label("What", exact=True).select_option("role granted")
    page.get_by_label("To what").fill("person bob")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("heading", name="1 record").wait_for()
    (row,) = page.locator(".audit > li").all()
    row.locator("summary").click()
    assert "Hash before" in row.inner_text()

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert len(lines) == 2
    assert "role_granted,person bob" in lines[1]


def test_an_open_record_reads_well_in_every_look(looked_at, address):
    sign_in(looked_at, address, "dave")

    looked_at.goto(f"{address}/audit/?seq=1&since=2026-01-01T00:00")

    assert looked_at.locator(".audit .diff").is_visible()
    assert not accessibility_violations(looked_at)
    assert not sideways_scrolling(looked_at)
