"""The handoffs' pages in a real browser: silent console, no accessibility fault, keyboard, themes, phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, scanning
from handoffs.models import Handoff
from lifecycle.models import Record
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Acme with open, late, returned and packet handoffs."""
    now = timezone.now()
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 4, source="Webinar", score=72), by=cast.dana, at=now)
        late = offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana, at=now - timedelta(days=9))
        while scanning.scan(cast.acme):
            pass
        returned = late[0]
        returned.refresh_from_db()
        answering.reject(returned, "inaccurate_data", "wrong number", by=cast.mona, at=now)
        deals = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=12_000, owner=cast.rick)
        offer_records(cast.acme, deals, seam_key="sales_to_success", by=cast.rick, at=now)
    return cast


def test_every_page_without_faults(
    busy: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    """In the light; the same addresses are looked at in the dark and on a phone by tests/e2e/test_every_page.py."""
    with workspace_scope(busy.acme):
        packed = Handoff.objects.get(seam__key="sales_to_success")
        returned = Handoff.objects.filter(state="rejected").get()
        record = Record.objects.get(pk=returned.record_id)
    for who, path, heading in [
        (busy.rick, "inbox/", "Inbox"),
        (busy.cleo, f"handoffs/{packed.number}/", "Initech"),
        (busy.mona, f"handoffs/{returned.number}/", record.name),
        (busy.mona, "handoffs/team/", "Team"),
        (busy.mona, "limbo/", "Limbo"),
        (busy.mona, "tasks/", "Tasks"),
        (busy.mona, "handoffs/", "All handoffs"),
        (busy.dana, f"records/{record.number}/path/", f"Where did {record.name} go?"),
        (busy.mona, f"handoffs/{packed.number}/assignment/", "Reassign Initech"),
        (busy.cleo, f"handoffs/{packed.number}/rejection/", "Reject Initech"),
    ]:
        page = open_page(f"/w/acme/{path}", user=who.user)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert_accessible(page)


def test_j_a_r_u_and_one_key_outcomes_work_without_a_mouse(busy: Cast, open_page: Callable[..., Page]) -> None:
    page = open_page("/w/acme/inbox/", user=busy.rick.user)
    rows = page.locator("[data-row]")
    before = rows.count()
    assert before >= 2
    page.keyboard.press("j")
    page.keyboard.press("a")
    connected, focused = page.get_by_role("button", name="Connected"), page.locator("[data-current] a[data-open]")
    expect(connected).to_be_visible()  # the row is the next step
    expect(focused).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back").first).to_be_visible()
    expect(connected).to_be_hidden()
    expect(focused).to_be_focused()
    page.keyboard.press("a")
    expect(connected).to_be_visible()
    expect(focused).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_text("The first-touch clock has stopped.").first).to_be_visible()
    expect(focused).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Reject")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Reason").select_option("not_a_fit")
    dialog.get_by_role("button", name="Reject").click()
    expect(dialog.get_by_text("needs a note")).to_be_visible()
    dialog.get_by_label("Note").fill("five people")
    dialog.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("was sent back.").first).to_be_visible()
    expect(dialog).to_be_hidden()
    assert rows.count() == before
    with workspace_scope(busy.acme):
        states = set(Handoff.objects.filter(answered_by=busy.rick).values_list("state", flat=True))
        assert states == {"accepted", "rejected"}


def test_a_manager_chooses_by_keys_looks_and_moves(
    busy: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    with workspace_scope(busy.acme):
        theirs = Handoff.objects.open().filter(seam__key="marketing_to_sales").count()
    page = open_page("/w/acme/handoffs/team/?seam=marketing_to_sales", user=busy.mona.user)
    rows = page.locator("[data-row]", has=page.get_by_role("checkbox"))
    expect(rows).to_have_count(theirs)
    for _ in range(page.locator("[data-row]").count()):  # past the people, over each handoff
        page.keyboard.press("j")
        page.keyboard.press("x")
    assert all(box.is_checked() for box in rows.get_by_role("checkbox").all())
    page.locator("select[name=to]").select_option("pool")
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Reassign {theirs}?")
    assert_accessible(page)
    page.get_by_role("button", name=f"Reassign {theirs}").click()
    expect(page.get_by_text(f"{theirs} done.")).to_be_visible()
    for path, heading in [("balance/?team=sales", "Balance Sales"), ("absences/", "Absences")]:
        page.goto(page.url.split("/team/")[0] + "/team/" + path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert_accessible(page)
    with workspace_scope(busy.acme):
        assert Handoff.objects.open().filter(assignee=None).count() == theirs


def test_the_countdown_runs_and_the_packet_saves_in_place(busy: Cast, open_page: Callable[..., Page]) -> None:
    with workspace_scope(busy.acme):
        number = Handoff.objects.get(seam__key="sales_to_success").number
    page = open_page(f"/w/acme/handoffs/{number}/", user=busy.rick.user)
    expect(page.locator("[data-due] [data-left]").first).to_contain_text("left")
    page.get_by_label("Goals of the customer").fill("Double the pipeline")
    page.get_by_role("button", name="Save the packet").click()
    expect(page.get_by_text("5 required items missing")).to_be_visible()
