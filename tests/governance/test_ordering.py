"""The items of a list are put in order by hand: with the arrows, and by dragging."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from blueprint.paths import ORDER
from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from governance.queries.proposals import edits_of
from tests.cast import MONDAY_10, Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_arrows_and_dragging_put_the_seams_in_order(cast: Cast, open_page: Callable[..., Page]) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.ada, title="Another order", at=MONDAY_10)
    user: Any = cast.ada.user
    page = open_page(f"/w/acme/changes/{change.number}/edit/seam/", user=user)
    rows = page.locator("[data-item]")
    labels = [each.strip() for each in rows.locator("a").all_inner_texts()]
    assert len(labels) == 5
    first, second, third, *others = labels

    def row(label: str) -> Locator:
        return rows.filter(has=page.get_by_role("link", name=label, exact=True))

    page.get_by_role("button", name=f"Move {first} down", exact=True).click()
    expect(rows.locator("a")).to_have_text([second, first, third, *others])
    row(third).locator("[data-handle]").drag_to(row(second), target_position={"x": 40, "y": 2})
    expect(rows.locator("a")).to_have_text([third, second, first, *others])

    page.get_by_role("button", name="Propose this order").last.click()
    expect(page.get_by_text("Added to the draft.")).to_be_visible()
    with workspace_scope(cast.acme):
        (edit,) = edits_of(change)
    assert edit.path == ("seams", ORDER)
    assert edit.after == [*edit.before[2::-1], *edit.before[3:]]
