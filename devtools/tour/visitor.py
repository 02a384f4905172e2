"""Somebody at their browser, who reads labels and presses buttons."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from devtools.pictures import DESKTOP, sign_in

PATIENCE_MS = 30_000


class Visitor:
    """Signed in, with a page of their own; what goes wrong on it is kept."""

    def __init__(self, browser: Browser, site: str, who: str, folder: Path) -> None:
        self.who, self.site, self.folder = who, site, folder
        self.page: Page = browser.new_context(viewport=DESKTOP, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
        self.page.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        sign_in(self.page, site, who)

    def goes_to(self, path: str) -> Visitor:
        answer = self.page.goto(f"{self.site}/w/acme/{path}")
        assert answer and answer.status == 200, f"{self.who} at {path}: {answer and answer.status}"
        return self

    def types(self, **fields: str) -> Visitor:
        """Each field by its name in the form: a text is typed, a choice is chosen, a box is ticked or, with “”, not."""
        for name, value in fields.items():
            there = self.page.locator(f"[name='{name}']:not([type=hidden])").locator("visible=true").first
            if there.evaluate("field => field.tagName") == "SELECT":
                there.select_option(value) if value else None
            elif there.get_attribute("type") == "checkbox":
                there.set_checked(bool(value))
            else:
                there.fill(value)
        return self

    def presses(self, label: str) -> Visitor:
        """A button of the dialog that is open, else of the page."""
        dialog = self.page.locator("dialog[open]")
        where = dialog.last if dialog.count() else self.page
        where.get_by_role("button", name=re.compile(label)).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        return self

    def sees(self, words: str) -> Visitor:
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible(timeout=PATIENCE_MS)
        return self

    def number(self) -> int:
        """The number in the page's address."""
        found = re.search(r"/(\d+)/", self.page.url)
        assert found, self.page.url
        return int(found[1])

    def keeps(self, name: str) -> Visitor:
        """A picture of the page."""
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        return self
