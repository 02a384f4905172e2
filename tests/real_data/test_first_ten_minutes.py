"""From signing up to the first accepted handoff, with a real file, by following what the pages say."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from governance.tasks import run_impacts
from handoffs.models import Handoff
from imports.tasks import run_imports
from lifecycle.actions.rescoring import ask_batch
from tests.real_data.door import DATA, needs_data

pytestmark = [needs_data, pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_CLICKS = 25
KNOWN_LATER = ("Tags", "Lead quality", "Last notable activity", "Last activity")  # what sales wrote down afterwards


class Visitor:
    """Somebody who has read nothing: every click is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{self.clicks:02}-before.png", full_page=True)
        what.click()

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).last)

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name).last)

    def sees(self, words: str) -> None:
        """Wait for the words."""
        expect(self.page.get_by_text(words).first).to_be_visible()
        if folder := os.environ.get("SCREENSHOTS"):
            name = re.sub(r"\W+", "-", words)[:40]
            self.page.screenshot(path=Path(folder) / f"{self.clicks:02}-{name}.png", full_page=True)


def test_a_stranger_accepts_a_handoff_within_25_clicks(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    somebody = Visitor(page)

    somebody.link("Create an account")
    page.get_by_label("Name").fill("Noa New")
    page.get_by_label("Email").fill("noa@new.example")
    for field in ("Password", "Password (again)"):
        page.get_by_label(field, exact=True).fill("glass piano stairs")
    somebody.button("Create account")
    expect(page.get_by_label("Code")).to_be_visible()
    page.get_by_label("Code").fill(re.findall(r"\b[A-Z0-9-]{6,}\b", str(mail.outbox[-1].body))[0])
    somebody.button("Confirm")
    somebody.sees("Create a workspace")
    somebody.link("Create a workspace")
    page.get_by_label("Name").fill("New Courses")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    somebody.button("Create workspace")
    somebody.sees("0 of 6 steps are done")
    workspace = Workspace.objects.get(slug="new-courses")
    assert workspace.time_zone == "Asia/Tokyo"

    somebody.link("Seat people in teams")
    somebody.link("Sales")
    somebody.clicks += 1
    page.get_by_label("Member").select_option(label="Noa New")
    somebody.button("Give the seat")
    somebody.link("Six steps")
    somebody.link("Bring in a file")
    page.get_by_label("Drop a file here").set_input_files(DATA / "xeducation_leads/Leads.csv")
    somebody.button("Upload and look at it")
    run_imports(str(workspace.pk))
    somebody.sees("What will happen")
    somebody.button("Start the import")
    for _ in range(20):
        run_imports(str(workspace.pk))
    somebody.sees("9,240 rows in")

    somebody.link("Score by what was won")
    somebody.sees("Draft these rules")
    for field in KNOWN_LATER:
        somebody.click(page.get_by_role("checkbox", name=field))
    somebody.click(page.get_by_role("checkbox", name="Leave it out"))
    somebody.button("Draft these rules")
    somebody.sees("The rules are drafted")
    somebody.button("Submit for review")
    run_impacts()
    page.reload()
    somebody.sees("Meet the definition")
    somebody.button("Publish alone")
    somebody.click(page.get_by_role("dialog").get_by_role("button", name="Publish alone"))
    expect(page.get_by_text("version 2").first).to_be_visible()
    with workspace_scope(workspace):
        workspace.refresh_from_db()
        while ask_batch(workspace, at=timezone.now()):
            pass
        assert Handoff.objects.open().exists()

    somebody.link("Inbox")
    somebody.sees("Accept")
    shown = page.get_by_role("button", name="Accept").count()
    somebody.click(page.get_by_role("button", name="Accept").first)
    expect(page.get_by_role("button", name="Accept")).to_have_count(shown - 1)
    with workspace_scope(workspace):
        assert Handoff.objects.filter(state="accepted").exists()
    assert somebody.clicks <= MOST_CLICKS, somebody.clicks
