"""People who move tiers through pages, each with a browser of their own.

With scripts a page follows by itself; without them it is loaded again, as a person would.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from http import HTTPStatus

from playwright.sync_api import BrowserContext, Locator, Page
from playwright.sync_api import TimeoutError as NotShown

from rollouts.templatetags.marks import mark_of
from tests.browser import LOOKS, Faults
from tests.journeys.conftest import NewContext

PATIENCE_SECONDS = 120.0
RELOADED_SECONDS = 1.0
PROMOTION = "**/promotions/*/"


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who is signed in, or about to be."""

    page: Page
    site: str
    faults: Faults
    has_scripts: bool = True

    @property
    def context(self) -> BrowserContext:
        """Return the browser."""
        return self.page.context

    def opens(self, path: str) -> None:
        """Load a page by its path or address."""
        self.page.goto(path if path.startswith(self.site) else self.site + path)

    def sees(self, locator: Locator) -> None:
        """Wait until something shows."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        patience = PATIENCE_SECONDS if self.has_scripts else RELOADED_SECONDS
        while True:
            try:
                return locator.first.wait_for(timeout=patience * 1000)
            except NotShown:
                assert time.monotonic() < deadline, self.words()
                self.page.reload()

    def sees_state(self, state: str) -> None:
        """Wait until the page of a promotion says that it is in a state, in that state's word."""
        word = mark_of(state).word
        self.sees(self.page.locator(".head .state", has_text=re.compile(rf"^\s*{word}\s*$")))

    def words(self) -> str:
        """Return where the person is and what stands there."""
        return f"{self.page.url}\n{self.page.inner_text('main')}"

    def sends(self, button: Locator) -> HTTPStatus:
        """Press the button of a form; return how it was answered, which the browser may log."""
        with self.page.expect_response(lambda got: got.request.method == "POST") as posted:
            button.click()
        return self.answered(posted.value.status)

    def answered(self, number: int) -> HTTPStatus:
        """Return a status; the browser logs one that is an error."""
        if number >= HTTPStatus.BAD_REQUEST:
            self.faults.expect(f"{number}")
        return HTTPStatus(number)

    def fills_in(self, path: str, tier: str, name: str, *, reason: str = "") -> Locator:
        """Fill in a form of the risky direction once its button is on; return the button."""
        self.opens(path)
        button = self.page.get_by_role("button", name=name, exact=True, disabled=False)
        self.sees(button)
        if reason:
            self.page.get_by_label("Reason").first.fill(reason)
        self.page.get_by_label(f"Type {tier}").fill(tier)
        return button

    def confirms(self, path: str, tier: str, name: str, *, reason: str = "") -> None:
        """Send a form of the risky direction; again where a gate closed before the click."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status = self.sends(self.fills_in(path, tier, name, reason=reason))
            if status == HTTPStatus.FOUND:
                return
            assert status == HTTPStatus.CONFLICT, self.words()
            assert time.monotonic() < deadline, self.words()

    def asks(self, tier: str, mode: str, *, rollout: str = "routesrv") -> str:
        """Ask for the next mode of a tier; return the address of the promotion."""
        path = f"/rollouts/{rollout}/{tier}/"
        self.confirms(path, tier, f"Ask for {mode}", reason="clean since it was started")
        self.page.wait_for_url(PROMOTION)
        self.sees_state("pending")
        return self.page.url

    def approves(self, promotion: str, tier: str) -> None:
        """Find a promotion in the inbox, and approve it on its page."""
        self.opens("/inbox/")
        self.sees(self.page.locator("main a", has_text=name_of(promotion)))
        self.confirms(promotion, tier, "Approve")

    def fills_in_way_back(self, tier: str, mode: str, *, rollout: str = "routesrv") -> Locator:
        """Give a reason to roll a tier back; return the one button there is to click."""
        self.opens(f"/rollouts/{rollout}/{tier}/")
        card = self.page.locator("section", has=self.page.get_by_role("heading", name="Roll back"))
        card.get_by_label("Reason").fill("only trying the way back")
        return card.get_by_role("button", name=f"Roll back to {mode}")

    def rolls_back(self, tier: str, mode: str, *, rollout: str = "routesrv") -> None:
        """Roll a tier back; the page of the rollback comes."""
        button = self.fills_in_way_back(tier, mode, rollout=rollout)
        assert self.sends(button) == HTTPStatus.FOUND, self.words()
        self.page.wait_for_url(PROMOTION)


def mover(new_context: NewContext, site: str, faults: Faults, *, has_scripts: bool) -> Mover:
    """Return somebody with a browser of their own who has opened nothing yet."""
    context = new_context(**LOOKS["light"], java_script_enabled=has_scripts)
    context.set_default_navigation_timeout(PATIENCE_SECONDS * 1000)
    return Mover(context.new_page(), site, faults, has_scripts)


def name_of(promotion: str) -> str:
    """Return how people call the promotion of a page: "P-42"."""
    return f"P-{promotion.rstrip('/').rpartition('/')[2]}"
