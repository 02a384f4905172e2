"""The page of what was set aside and the banner, as people see and use them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.operating.heartbeats import beat
from core.operating.setting_aside import set_aside
from core.tenancy.scope import workspace_scope
from handoffs.models import Clock
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records
from tests.plugins.pages import LOOKS


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@LOOKS
def test_an_admin_reads_why_and_tries_again_by_keyboard(
    look: dict[str, bool], cast: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    beat("handoffs.scan")
    with connection.cursor() as cursor:
        cursor.execute("update operating_heartbeat set at = now() - interval '7 minutes 10 seconds'")
    now = timezone.now()
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        Clock.objects.filter(handoff=handoff).update(next_rung_at=now + timedelta(hours=1))
        what = f"Handoff {handoff.number}, step “task”"
        set_aside("handoff_step", handoff.pk, what=what, trouble=ValueError("not a time"), at=now)
    page = open_page("/w/acme/inbox/", user=cast.ada.user, **look)
    banner = page.get_by_role("status").filter(has_text="Clocks are running late")
    expect(banner).to_contain_text("7 minutes ago")
    assert_accessible(page)
    banner.get_by_role("link", name="What was set aside").click()
    row = page.get_by_role("listitem").filter(has_text=what)
    expect(row).to_contain_text("It is our fault, not yours")
    assert_accessible(page)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "nothing sticks out to the side"
    row.get_by_role("button", name=f"Try again now: {what}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{what}: done.")).to_be_visible()
    expect(page.get_by_text("Nothing is set aside")).to_be_visible()
