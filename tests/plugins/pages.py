"""Real pages in a real browser: a signed-in page, its console, and the accessibility check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import NoBrowser, launch_options
from tests.plugins.axe import bad_colours, violations

PATIENCE_MS = 10_000
LOOKS = pytest.mark.parametrize("look", [{}, {"dark": True}, {"phone": True}], ids=["light", "dark", "phone"])
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
    """`assert_accessible(page)`: no violation of WCAG 2.2 A and AA, nor of axe's best practices. What a test opens in
    each of LOOKS is asked everything in the light, in the dark only the colours, on a phone everything else."""
    look = getattr(request.node, "callspec", None) and request.node.callspec.params.get("look")

    def check(page: Page, *, whole: bool = False) -> None:
        found = [] if look == {"dark": True} and not whole else violations(page)
        found += [] if look == {"phone": True} and not whole else bad_colours(page)
        assert not found, f"{page.url}: {found}"

    return check
