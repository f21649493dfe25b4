"""Fixtures of journeys: a Chromium whose every complaint fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import LOOKS, Faults, launch_arguments

# Playwright's loop runs in the main thread, where Django would refuse the tests' own queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the Chromium of the operating system."""
    return launch_arguments()


@pytest.fixture(scope="session")
def base_url() -> None:
    """Name no site: each test says which server it means (the plugin's own fixture warns)."""


@pytest.fixture
def faults() -> Iterator[Faults]:
    """What the browser complained about; a test that provokes a complaint expects it first."""
    faults = Faults()
    yield faults
    unexplained = faults.unexplained()
    assert not unexplained, "\n".join(unexplained)


@pytest.fixture
def new_context(new_context: NewContext, faults: Faults) -> NewContext:
    """Open a watched browser: one per person of a journey."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(10_000)
        faults.watch(context)
        return context

    return watched


@pytest.fixture(params=list(LOOKS))
def look(request: pytest.FixtureRequest) -> str:
    """Run the test in each look: light, dark, phone, phone-dark."""
    name: str = request.param
    return name


@pytest.fixture
def looked_at(look: str, new_context: NewContext) -> Page:
    """A page in each look, one test each."""
    return new_context(**LOOKS[look]).new_page()
