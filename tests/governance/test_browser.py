"""A change in a real browser: proposed, checked while typed, seen before it happens, approved, published, read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.tenancy.scope import workspace_scope
from governance.models import ChangeRequest
from governance.tasks import run_impacts
from lifecycle.actions.intake import Incoming, take_in
from tests.cast import MONDAY_10, Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")  # a folder, to look at the pages oneself


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True, timeout=60_000)


def with_leads(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        rows = [
            Incoming(
                place,
                "lead",
                core={"name": f"Lead {place}", "email": f"l{place}@x{place}.example"},
                properties={
                    "employees": place * 60,
                    "seniority": ("Manager", "Director", "VP")[place % 3],
                    "visits": place % 6,
                    "demo_requested": place % 3 == 0,
                },
            )
            for place in range(1, 40)
        ]
        take_in(cast.acme, rows, by=cast.ada, at=timezone.now())


def settled(page: Page, part: Locator) -> Locator:
    """A part that came with an answer, once htmx listens to it: that is some milliseconds after it is seen."""
    expect(part).to_be_visible()
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)
    return part


def test_a_change_goes_its_way_in_the_browser(
    cast: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    with_leads(cast)
    ada: Any = cast.ada.user
    page = open_page("/w/acme/blueprint/", user=ada)
    assert_accessible(page)
    picture(page, "blueprint")
    page.get_by_role("link", name="Propose a change of the threshold").click()
    page.get_by_label("Why?").fill("Sales has room for more")
    picture(page, "new")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Points to be marketing qualified").fill("40")
    expect(page.locator("#what-if")).to_contain_text("instead of 60")
    assert_accessible(page)
    picture(page, "threshold")
    page.get_by_role("button", name="Add to the draft").click()

    number = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"/w/acme/changes/{number}/edit/stage/?of=lifecycle/mql")
    page.get_by_role("button", name="Add a criterion").first.click()
    line = page.locator("#row-entry-2")
    settled(page, line.get_by_label("Field 1")).select_option("employees")
    settled(page, line.get_by_label("Comparison 1")).select_option("at_least")
    settled(page, line.get_by_label("Value 1")).fill("100")
    line.get_by_label("Value 1").press("Tab")
    expect(line.get_by_label("In words")).to_have_value("Employees is at least 100")
    line.get_by_role("button", name="Write it as text").click()
    expect(line.get_by_label("Test in the criteria language")).to_have_value("employees >= 100")
    settled(page, line.get_by_label("Test in the criteria language")).fill("employes >= 100")
    expect(line.locator("[data-check]")).to_contain_text("column 1")
    assert_accessible(page)
    picture(page, "stage")
    line.get_by_label("Test in the criteria language").fill("employees >= 100")
    expect(line.locator("[data-check]")).to_contain_text("can be read")
    page.get_by_role("button", name="Add a step").click()
    step = settled(page, page.locator("#row-ladder-0"))
    expect(step.get_by_label("New value")).to_be_hidden()  # what another choice would not count is not asked
    step.get_by_label("Action").select_option("set")
    expect(step.get_by_label("New value")).to_be_visible()
    expect(step.get_by_label("Whom")).to_be_hidden()
    step.get_by_role("button", name="Remove step 1").click()
    expect(step).to_have_count(0)
    page.get_by_role("button", name="Add to the draft").last.click()

    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("#impact")).to_contain_text("Waiting for a worker")
    assert_accessible(page)
    picture(page, "waiting")
    run_impacts()
    expect(page.locator("#impact")).to_contain_text("Meet the definition")
    page.locator("#impact [data-chart]").first.scroll_into_view_if_needed()
    expect(page.locator("#impact [data-chart] svg").first).to_be_visible()
    assert_accessible(page)
    picture(page, "impact")

    vera = open_page(f"/w/acme/changes/{number}/", user=cast.vera.user, dark=True)
    assert_accessible(vera)
    picture(vera, "impact-dark")
    vera.get_by_role("button", name="Approve").first.click()
    vera.locator("#approve textarea").fill("Go ahead")
    vera.locator("#approve").get_by_role("button", name="Approve").click()
    expect(vera.get_by_text("Go ahead")).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button").filter(has_text="Yes").or_(
        page.locator("#confirm-dialog button[value=yes]")
    ).first.click()
    expect(page.get_by_text("Published as version 2").first).to_be_visible()
    with workspace_scope(cast.acme):
        assert ChangeRequest.objects.get(number=int(number)).state == "published"

    phone = open_page("/w/acme/blueprint/versions/2/", user=cast.rick.user, phone=True)
    assert_accessible(phone)
    picture(phone, "version-phone")
    for path, name in [("changes/", "changes"), (f"changes/{number}/", "change"), ("blueprint/versions/", "versions")]:
        phone.goto(f"/w/acme/{path}")
        assert phone.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, path
        assert_accessible(phone)
        picture(phone, f"{name}-phone")


@pytest.mark.parametrize(
    "where",
    [
        "seam/?of=marketing_to_sales",
        "routing/?of=marketing_to_sales",
        "scoring/",
        "metric/?of=win_rate",
        "property/?of=health",
        "reason/?of=reject/duplicate",
        "pipeline/?of=sales",
        "stage/?of=lifecycle/mql",
        "pool/?of=sales",
        "calendar/?of=office",
        "seam/?of=%2B",
        "reason/",
        "document/",
        "seam/",
    ],
)
def test_every_editor_is_accessible(
    cast: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], where: str
) -> None:
    from governance.actions.drafting import draft

    with workspace_scope(cast.acme):
        change = draft(cast.ada, title="Look", at=MONDAY_10)
    user: Any = cast.ada.user
    page = open_page(f"/w/acme/changes/{change.number}/edit/{where}", user=user, phone=True)
    assert_accessible(page)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    picture(page, "edit-" + where.split("/")[0] + ("-of" if "of=" in where else ""))
