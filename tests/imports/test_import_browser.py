"""A file on its way in, in a real browser: upload, preview that follows every change, progress, rejections."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from imports.tasks import run_imports
from tests.cast import Cast
from tests.plugins.pages import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEALS = """Deal ID,Deal Name,Sales Agent,Company,Deal Stage,Engage Date,Close Date,Close Value,Product
D1,Roof,Dana,Northwind,Won,2026-01-05,2026-02-01,1200.50,GTX Pro
D2,Door,Nobody Known,Contoso,Lost,2026-01-07,2026-02-03,0,GTXPro
D3,Wall,Rick,Contoso,Engaging,2026-01-09,,,GTX Pro
D4,Gate,Rick,Fabrikam,Sleeping,2026-01-11,,oops,MG
"""


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@LOOKS
def test_an_admin_brings_a_file_in(
    cast: Cast,
    tmp_path: Path,
    look: dict[str, bool],
    open_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(DEALS)
    name = "-".join(("import", *look))
    page = open_page("/w/acme/imports/", user=cast.ada.user, **look)
    expect(page.get_by_text("No imports yet")).to_be_visible()
    assert_accessible(page)
    shot(page, f"{name}-1-upload")

    page.get_by_label("Drop a file here").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_text("0 % read")).to_be_visible()
    assert_accessible(page)
    shot(page, f"{name}-1b-reading")
    run_imports(str(cast.acme.pk))  # the page is asked for every second, and leads on
    expect(page.get_by_role("heading", level=2, name="What will happen")).to_be_visible()
    expect(page.get_by_text("no stage is named for “Sleeping”")).to_be_visible()
    expect(page.get_by_text("“GTX Pro” (2), “GTXPro” (1) look alike")).to_be_visible()
    assert_accessible(page)
    shot(page, f"{name}-2-mapping")

    page.get_by_label("Sleeping").select_option("discovery")
    expect(page.get_by_text("no stage is named for “Sleeping”")).to_have_count(0)
    page.get_by_label("What Product becomes").select_option("skip")
    expect(page.get_by_text("look alike")).to_have_count(0)
    page.get_by_label("What Close Value becomes").select_option("amount")
    expect(page.get_by_text("are not numbers written 1,234.56")).to_be_visible()
    page.get_by_role("button", name="Start the import").last.click()
    expect(page.get_by_text("waiting for a worker")).to_be_visible()
    assert_accessible(page)
    shot(page, f"{name}-3-waiting")

    run_imports(str(cast.acme.pk))
    expect(page.get_by_text("4 rows in = 3 created + 0 updated + 0 unchanged + 1 rejected")).to_be_visible()
    expect(page.get_by_role("cell", name="Bad number")).to_be_visible()
    assert_accessible(page)
    shot(page, f"{name}-4-result")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "deals-rejections.csv"
    page.goto("/w/acme/imports/")
    assert_accessible(page)
    shot(page, f"{name}-5-list")
