"""Pages about people, keys and the API in a real browser: no fault, a silent console, both themes, a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = pytest.mark.parametrize("look", [{}, {"dark": True}, {"phone": True}], ids=["light", "dark", "phone"])
PAGES = [
    "/?all",
    "/workspaces/new/",
    "/accounts/profile/",
    "/w/acme/people/",
    "/w/acme/people/{rick}/",
    "/w/acme/people/teams/",
    "/w/acme/people/teams/sales/",
    "/w/acme/people/teams/new/",
    "/w/acme/people/invite/",
    "/w/acme/people/invitations/",
    "/w/acme/keys/",
    "/w/acme/keys/new/",
]


@LOOKS
def test_pages_have_no_fault(
    look: dict[str, bool], cast: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page("/?all", user=cast.ada.user, **look)
    for path in PAGES:
        page.goto(path.format(rick=cast.rick.pk))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
        assert_accessible(page)


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
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("[data-key-text]")).to_contain_text("rvp_")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_text("Revoked")).to_be_visible()


def test_people_are_found_while_typing(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/people/", user=cast.rick.user)
    page.get_by_label("Find a member").fill("vera")
    expect(page.get_by_role("link", name="Mona")).to_have_count(0)
    expect(page.get_by_role("link", name="Vera")).to_be_visible()
