"""Pages about people, keys and the API in a real browser, used as people use them.

Each page by itself is looked at by tests/e2e/test_every_page.py, in both themes and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Task
from lifecycle.models import SearchToken
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records
from tests.plugins.pages import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@LOOKS
def test_the_door_and_the_reference_have_no_fault(
    look: dict[str, bool], open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page("/", **look)
    assert_accessible(page)
    page.goto("/api/v1/docs/")
    page.locator("summary").filter(has_text="/teams").first.click()
    expect(page.locator("details[open]").get_by_role("heading", name="Try it")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if not look:  # the longest page there is: axe reads it once, its parts are those of the others
        assert_accessible(page)


def test_a_key_is_made_copied_and_revoked(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/keys/new/", user=cast.ada.user)
    page.get_by_label("Name").fill("HubSpot")
    page.get_by_label("records:write").check()
    page.get_by_role("button", name="Create key").click()
    expect(page.locator("[data-key-text]")).to_contain_text("rvp_")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked")).to_be_visible()


def test_people_are_found_while_typing(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/people/", user=cast.rick.user)
    page.get_by_label("Find a member").fill("vera")
    expect(page.get_by_role("link", name="Mona")).to_have_count(0)
    expect(page.get_by_role("link", name="Vera")).to_be_visible()


def test_a_departure_is_rehearsed_for_a_successor_and_done(cast: Cast, open_page: Callable[..., Page]) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 4))
        Task.objects.create(number=1, kind="manual", title="Call Initech", assignee=cast.rick)
    page = open_page(f"/w/acme/people/{cast.rick.pk}/", user=cast.ada.user)
    page.get_by_role("link", name="Hand over, then leave").click()
    rows = page.get_by_role("region", name="What goes where").get_by_role("row")
    expect(rows.filter(has_text="Call Initech")).to_contain_text("Mona")
    page.get_by_label("Successor").select_option(label="Cleo")
    expect(rows.filter(has_text="Call Initech")).to_contain_text("named successor")
    page.get_by_role("button", name="Hand over, then leave").click()
    page.get_by_role("dialog").get_by_role("button", name="Hand over, then leave").click()
    expect(page.get_by_text("3 changed hands")).to_be_visible()
    with workspace_scope(cast.acme):
        assert Task.objects.get().assignee_id == cast.cleo.pk
        assert Handoff.objects.open().filter(assignee=cast.rosa).count() == 4


def test_the_search_says_when_the_last_question_was(cast: Cast, open_page: Callable[..., Page]) -> None:
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme)
        [other] = make_records(cast.acme)
        SearchToken.objects.bulk_create(
            SearchToken(workspace=cast.acme, token="lead", record_id=each.pk) for each in (record, other)
        )
    page = open_page("/w/acme/search/", user=cast.rick.user)
    expect(page.get_by_text("No routing question was ever asked here.")).to_be_visible()
    page.get_by_label("Search records", exact=True).fill("lead")
    page.get_by_role("link", name=record.name).click()
    expect(page.get_by_role("heading", name="Where it went")).to_be_visible()
    expect(page.get_by_text("It has not been offered to anybody yet.")).to_be_visible()
    page.goto("/w/acme/search/")
    expect(page.get_by_text("1 routing question in 30 days")).to_be_visible()
