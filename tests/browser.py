"""Chromium for journeys: how it is started, and what is wrong with a page beyond what a test asks.

Every page is watched: a console error, a script error or a breach of the content security policy
fails the test that opened it, unless the test said beforehand that it belongs there.
"""

from __future__ import annotations

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

from tests.plugins.child import find_program
from tests.rollouts.stage import signed_in

PHONE_WIDTH = 360

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": PHONE_WIDTH, "height": 780},
        "is_mobile": True,
        "has_touch": True,
    },
    "phone-dark": {
        "color_scheme": "dark",
        "viewport": {"width": PHONE_WIDTH, "height": 780},
        "is_mobile": True,
        "has_touch": True,
    },
}

_SIDEWAYS = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
        (element) => element.getBoundingClientRect().right > width + 1
            || (element.scrollWidth > element.clientWidth + 1
                && getComputedStyle(element).overflowX === "visible"
                && getComputedStyle(element).display !== "inline"));
    return [`the page is ${document.documentElement.scrollWidth} of ${width} pixels wide`,
        ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}"""


def launch_arguments() -> dict[str, Any]:
    """Return how to start the installed Chromium: Playwright's own download is not needed."""
    return {
        "executable_path": find_program("chromium", package="chromium"),
        "args": [
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
        ],
    }


class Faults:
    """What browsers complained about during one test."""

    def __init__(self) -> None:
        """Begin with nothing seen and nothing expected."""
        self.contexts: list[BrowserContext] = []
        self.seen: list[str] = []
        self.expected: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Note the complaints of all pages of a context."""
        self.contexts.append(context)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def expect(self, text: str) -> None:
        """Say that a complaint containing `text` belongs to this test: "409"; it must then come."""
        self.expected.append(text)

    def unexplained(self) -> list[str]:
        """Return complaints nobody expected, and expectations that never came true."""
        for context in self.contexts:
            for page in context.pages:
                page.evaluate("() => 0")  # an answer comes after all messages sent before it
        surprises = [seen for seen in self.seen if not any(text in seen for text in self.expected)]
        missed = [
            f"expected, but never seen: {text}"
            for text in self.expected
            if not any(text in seen for seen in self.seen)
        ]
        return surprises + missed

    def _on_console(self, message: ConsoleMessage) -> None:
        """Keep errors and warnings; what a page logs otherwise is its own business."""
        if message.type in {"error", "warning"}:
            self.seen.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        """Keep an exception nobody caught."""
        self.seen.append(f"script error: {error.error}")


def accessibility_violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it is now: rule, and the elements that break it."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def sideways_scrolling(page: Page) -> list[str]:
    """Return why the page scrolls sideways: its width and the elements that stick out; or []."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def sign_in(context: BrowserContext, person: User, *, url: str) -> None:
    """Give a browser the session of a person, without the sign-in page."""
    client = signed_in(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
