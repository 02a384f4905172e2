"""The page frame in a real browser: silent console under the strict policy, no accessibility fault, both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.plugins.pages import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPEN_PAGES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/"]


@pytest.mark.parametrize("path", OPEN_PAGES)
@LOOKS
def test_a_stranger_meets_pages_without_faults(
    path: str, look: dict[str, bool], open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page(path, **look)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


def test_the_chosen_theme_is_there_before_the_first_paint_of_the_next_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/accounts/login/")
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.get_by_role("button", name="Switch between light and dark").click()
    page.goto("/accounts/signup/", wait_until="commit")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_every_page_forbids_inline_scripts_and_styles(client: object) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]  # type: ignore[attr-defined]
    assert "script-src 'self'" in policy and "style-src 'self'" in policy
    assert "unsafe" not in policy


@LOOKS
def test_the_frame_around_a_workspaces_pages(
    look: dict[str, bool], cast: Cast, open_page: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = open_page(f"/w/{cast.acme.slug}/people/", user=cast.ada.user, **look)
    if "phone" in look:
        page.get_by_role("button", name="Open navigation").click()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Records")).to_be_visible()
    assert_accessible(page, whole=True)  # the frame has parts that only a phone shows
    page.get_by_label("Workspace: Acme. Switch").click()
    expect(page.locator("[data-places]").get_by_role("link", name="Acme")).to_be_visible()
    assert_accessible(page, whole=True)


def test_the_keyboard_finds_search_and_its_own_help(cast: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page(f"/w/{cast.acme.slug}/people/", user=cast.ada.user)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search records and accounts")).to_be_focused()
