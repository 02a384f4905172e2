"""Every page there is, found by itself: opened in a real browser by somebody who may, in light, dark and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from core.http.web import NAV
from core.people.models import User
from tests.cast import Cast
from tests.e2e.living import live, sights
from tests.plugins.axe import SCRIPT, bad_colours, violations
from tests.plugins.pages import PATIENCE_MS, Complaints

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DESKTOP, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
# How wide, and whether axe is asked everything; for another theme nothing changes but the colours. One after the other
# they differ in one thing, so that a page is laid out anew as seldom as can be.
LOOKS = {"light": (DESKTOP, True), "phone": (PHONE, True), "dark phone": (PHONE, False), "dark": (DESKTOP, False)}
PUBLIC = {"/": 200, "/accounts/login/": 200, "/accounts/signup/": 200, "/accounts/password/reset/": 200}
PUBLIC |= {"/join/no-such-token/": 404, "/nowhere/": 404}
OF_A_PERSON = [
    "/",
    "/?all",
    "/accounts/profile/",
    "/accounts/sessions/",
    "/workspaces/new/",
    "/accounts/password/change/",
    "/accounts/2fa/",
]
SEEN = """() => ({
  headings: document.querySelectorAll("h1").length,
  wide: document.scrollingElement.scrollWidth - innerWidth,
  words: document.body.innerText,
  lonely: [...document.querySelectorAll("main :is(td, dd, p, span, li, a, h2, h3, strong)")]
    .filter((el) => /^(None|NaN|nan|undefined|null|\\[object Object\\])$/.test(el.textContent.trim()))
    .map((el) => el.outerHTML.slice(0, 120)),
})"""
# Laid out anew, and whatever moves or fades in or out has come to its end; what turns for ever is not waited for.
SETTLED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map((each) => each.finished));
}"""


class Walker:
    """Goes from page to page in one browser window per person, and notes every fault."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults: list[str] = []
        self.said = Complaints()
        self.seen: set[str] = set()
        self._pages: dict[str, Page] = {}
        self._looks: dict[Page, str] = {}  # the last of each
        self._contexts: list[BrowserContext] = []

    def visit(self, path: str, who: User | None, looks: list[str], status: int = 200) -> None:
        """Open the page and look at it in each look; another theme is another visit, another width is not."""
        page, scheme = self._page_of(who), ""
        for look in looks if looks[-1] != self._looks.get(page) else reversed(looks):  # begun where the last one ended
            size, is_asked_all = LOOKS[look]
            if page.viewport_size != size:
                page.set_viewport_size(size)  # type: ignore[arg-type] # Playwright's own TypedDict
            self._looks[page] = look
            if scheme != (scheme := "dark" if look.startswith("dark") else "light"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                if not self._opens(page, path, status):
                    return
            page.evaluate(SETTLED)
            faults = [*_faults_of(page), *bad_colours(page)]
            if is_asked_all:
                faults += violations(page)
            self.faults += [f"{look} {path}: {fault}" for fault in faults]
        self.faults += [f"{path}: the console says {said}" for said in self.said]
        self.said.clear()
        self.seen.add(re.sub(r"\?.*", "", path))

    def _opens(self, page: Page, path: str, status: int) -> bool:
        """Go there. False when there is no page to look at: none comes, one that was seen, a file, a part of a page."""
        try:
            answer = page.goto(path)
        except PlaywrightTimeout:
            self.faults.append(f"{path}: not there within {PATIENCE_MS} ms")
            return False
        except PlaywrightError as error:
            if "Download is starting" not in str(error):
                self.faults.append(f"{path}: {error}")
            return False
        assert answer
        if answer.request.redirected_from and urlsplit(answer.url).path in self.seen:
            return False
        if answer.status != status:
            self.faults.append(f"{path}: {answer.status}")
        is_whole = "text/html" in answer.headers["content-type"] and "<html" in answer.text()
        if not is_whole:
            self.said.clear()  # nobody opens a part by itself
        return is_whole

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _page_of(self, who: User | None) -> Page:
        name = who.email if who else ""
        if name not in self._pages:
            context = self.browser.new_context(base_url=self.address, reduced_motion="reduce")
            context.set_default_timeout(PATIENCE_MS)
            context.add_init_script(SCRIPT)  # nearly every page needs it, and to send it takes longer than to read it
            self._contexts.append(context)
            if who:
                cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}])
            self._pages[name] = context.new_page()
            self.said.listen(self._pages[name])
        return self._pages[name]


def signed_in(who: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _faults_of(page: Page) -> Iterator[str]:
    seen = page.evaluate(SEEN)
    if seen["headings"] != 1:
        yield f"{seen['headings']} first headings"
    if seen["wide"] > 0:
        yield f"{seen['wide']} px too wide"
    for leftover in re.findall(r"\{\{.*|\{%.*|\{#.*|<c-\w+", seen["words"]):
        yield f"a template's leftover {leftover[:60]!r}"
    for lonely in seen["lonely"]:
        yield f"nothing is shown as {lonely}"


@pytest.fixture
def walker(browser: Browser, live_server: Any) -> Iterator[Walker]:
    walker = Walker(browser, live_server.url)
    yield walker
    walker.close()


def test_every_page_of_a_workspace_is_whole_accessible_and_silent(
    walker: Walker, record_property: Callable[..., None]
) -> None:
    workspace = live(timezone.now())
    people = {who: User.objects.get(email=f"{who}@acme.example") for who in ("ada", "rick", "mona", "vera")}
    for sight in sorted(sights(workspace), key=lambda sight: not sight.is_first):  # the others want a phone alone
        walker.visit(sight.path, people[sight.reader], list(LOOKS) if sight.is_first else ["phone"])
    record_property("pages", len(walker.seen))
    assert not walker.faults, "\n" + "\n".join(walker.faults)
    assert len(walker.seen) > 40


def test_a_workspace_with_nothing_in_it_has_no_page_with_a_fault(walker: Walker, cast: Cast) -> None:
    for name, *_ in NAV:
        walker.visit(reverse(name, args=[cast.acme.slug]), cast.ada.user, ["light", "phone"])
    assert not walker.faults, "\n" + "\n".join(walker.faults)


def test_pages_outside_a_workspace_are_without_fault(walker: Walker, cast: Cast) -> None:
    for path, status in PUBLIC.items():
        walker.visit(path, None, list(LOOKS), status=status)
    for path in OF_A_PERSON:
        walker.visit(path, cast.ada.user, list(LOOKS))
    assert not walker.faults, "\n" + "\n".join(walker.faults)


def test_colours_are_asked_once_of_each_pair_wherever_it_turns_up(browser: Browser) -> None:
    page, proved = browser.new_page(viewport=DESKTOP), set[int]()  # type: ignore[arg-type] # Playwright's TypedDict
    pale = "color-contrast: ['<p>Pale</p>']"

    def said(style: str, text: str = "<p>Pale</p>") -> list[str]:
        rules = f"html {{ background: white }} {style}"
        page.set_content(f"<html lang=en><title>T</title><style>{rules}</style><main><h1>T</h1>{text}</main></html>")
        return bad_colours(page, proved)

    assert said("p { color: #333 }") == [] and len(proved) == 2
    assert said("p { color: #333 }") == [] and len(proved) == 2
    for fault in (
        "p { color: #bbb }",
        "p { color: #333; background: #444 }",
        "main { background: #444 } h1 { color: white } p { color: #333 }",
        "p { color: #333; opacity: 0.3 }",
        "h1 { position: absolute; top: 0 } p { color: #bbb }",
        "p { color: #bbb; position: absolute }",
    ):
        assert said(fault) == said(fault) == [pale], "what fails once is not proved by it"
    known, on_an_image = len(proved), "p { color: #bbb; background-image: linear-gradient(white, white) }"
    assert said(on_an_image) == said(on_an_image) == [] and len(proved) == known + 1, "axe cannot tell, nor ever will"
    assert said("p { color: #bbb }") == [pale], "and proves nothing of what stands on none"
    for hidden in ("p { color: #bbb; display: none }", "p { color: #bbb; visibility: hidden }"):
        assert said(hidden) == []
    on_a_phone = "p { display: none; color: #bbb } @media (width < 500px) { p { display: block } }"
    assert said(on_a_phone) == []
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert bad_colours(page, proved) == [pale]
    page.close()
