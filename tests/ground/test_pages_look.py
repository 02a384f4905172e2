"""The page frame in a real browser: silent console under the strict policy, no accessibility fault, both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPEN_PAGES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/"]


@pytest.mark.parametrize("path", OPEN_PAGES)
@pytest.mark.parametrize("look", [{}, {"dark": True}, {"phone": True}], ids=["light", "dark", "phone"])
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
