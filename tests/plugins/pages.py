"""Real pages in a real browser: a signed-in page, its console, and the accessibility check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import NoBrowser, launch_options

PATIENCE_MS = 10_000
LOOKS = pytest.mark.parametrize("look", [{}, {"dark": True}, {"phone": True}], ids=["light", "dark", "phone"])
AXE = "options => axe.run(document, options).then(found => found.violations)"
COLOURS = ["color-contrast", "link-in-text-block"]
# Three quarters of the time go into colours. What a test opens in each of LOOKS is asked everything in the light;
# in the dark only what colours change, on a phone only what they do not.
RULES_IN_THE_DARK: dict[str, Any] = {"runOnly": COLOURS}
RULES_ON_A_PHONE: dict[str, Any] = {"rules": {rule: {"enabled": False} for rule in COLOURS}}
# Colours on a phone are asked of what only a phone shows, or shows in other colours than a wide screen.
REMEMBER = """() => {
  window.colourOf = (el) => {
    if (!el.checkVisibility({visibilityProperty: true}) || !el.getClientRects().length) return null;
    const style = getComputedStyle(el);
    return [style.color, style.backgroundColor, style.backgroundImage, style.fontSize, style.opacity].join();
  };
  window.onAWideScreen = new Map([...document.body.querySelectorAll("*")].map((el) => [el, colourOf(el)]));
}"""
COLOURS_THAT_CHANGED = """colours => {
  const all = [...document.body.querySelectorAll("*")];
  const changed = new Set(all.filter((el) => colourOf(el) && colourOf(el) !== onAWideScreen.get(el)));
  const isWithin = (el) => el && (changed.has(el) || isWithin(el.parentElement));
  const tops = [...changed].filter((el) => !isWithin(el.parentElement));
  const options = {runOnly: colours, resultTypes: ["violations"], preload: false};
  return tops.length ? axe.run({include: tops}, options).then((found) => found.violations) : [];
}"""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Which Chromium, instead of Playwright's choice."""
    try:
        return launch_options()
    except NoBrowser as none:
        pytest.skip(str(none))


class Complaints(list[str]):
    """What the browser's console said against a page."""

    def listen(self, page: Page) -> None:
        """Note errors and warnings, uncaught errors and requests that leave the site."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        is_refusal = "the server responded with a status of 4" in message.text  # a refused form is an answer
        if message.type in ("error", "warning") and not is_refusal:
            self.append(message.text)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Every page of the test is listened to; at its end nothing may have been said."""
    heard = Complaints()
    yield heard
    assert not heard, f"the console said: {heard}"


@pytest.fixture
def open_page(browser: Browser, live_server: Any, complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """`open_page("/w/acme/", user=dana, phone=True)`: a page of its own, signed in, its console heard."""
    contexts = []

    def opened(path: str, *, user: AbstractBaseUser | None = None, dark: bool = False, phone: bool = False) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 900}
        context = browser.new_context(
            base_url=live_server.url,
            viewport=size,  # type: ignore[arg-type] # Playwright's own TypedDict
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        complaints.listen(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def assert_accessible(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """`assert_accessible(page)`: no violation of WCAG 2.2 A and AA, nor of axe's best practices."""
    look = getattr(request.node, "callspec", None) and request.node.callspec.params.get("look")
    rules = RULES_IN_THE_DARK if look == {"dark": True} else RULES_ON_A_PHONE if look == {"phone": True} else {}

    def check(page: Page, *, whole: bool = False) -> None:
        found = violations(page, {} if whole else rules)
        assert not found, f"{page.url}: {found}"

    return check


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe has against the page, by these of its rules."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    return said_of(page.evaluate(AXE, {"resultTypes": ["violations"], "preload": False, **rules}))


def said_of(found: list[dict[str, Any]]) -> list[str]:
    """Each violation with the first elements it is about."""
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
