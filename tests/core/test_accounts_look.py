"""The security log, what ends with somebody, and the proof of an address, as people see them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.history.models import SecurityEvent
from core.people.inviting import invite
from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from integrations.actions import issue_key
from tests.cast import Cast
from tests.plugins.pages import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Ada made one of each, and things happened."""
    now = timezone.now()
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issue_key(name="HubSpot", scopes=["people:read"], by=cast.ada, at=now)
        invite(email="nora@acme.example", role="manager", by=cast.ada, at=now)
        draft(cast.ada, title="Another threshold for enterprise leads", at=now)
        kinds = ["sign_in.succeeded", "sign_in.failed", "sign_in.locked", "factor.added", "address.changed", "refused"]
        facts = {"method": "POST", "path": "/api/v1/w/acme/keys", "detail": "Your role (rep) may not do this."}
        SecurityEvent.objects.bulk_create(
            SecurityEvent(
                kind=kind,
                member=cast.rick,
                at=now - timedelta(minutes=number),
                address="2001:db8:85a3::8a2e:370:7334",
                browser="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0",
                facts=facts if kind == "refused" else {},
            )
            for number, kind in enumerate(kinds * 10)
        )
    return cast


@LOOKS
def test_the_security_log_is_read_narrowed_and_turned(
    busy: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], look: dict[str, bool]
) -> None:
    page = open_page("/w/acme/settings/", user=busy.ada.user, **look)
    page.get_by_role("link", name="Security log").click()
    expect(page.get_by_text("Sign-in locked").first).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Signed in").first).to_be_visible()
    page.get_by_label("What").select_option("key")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_text("Key made").first).to_be_visible()
    assert page.get_by_text("Sign-in failed").count() == 0


@LOOKS
def test_what_ends_with_somebody_is_seen_before(
    busy: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], look: dict[str, bool]
) -> None:
    for where in (f"/w/acme/people/{busy.ada.pk}/", f"/w/acme/people/{busy.ada.pk}/departure/"):
        page = open_page(where, user=busy.ada.user, **look)
        expect(page.get_by_role("heading", name="What ends with them")).to_be_visible()
        expect(page.get_by_text("nora@acme.example").first).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
