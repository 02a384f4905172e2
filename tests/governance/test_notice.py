"""A published change is told above every page until it is read: who sees it, what it costs, how it goes away."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from governance.queries.published import unread_notice
from tests.cast import Cast
from tests.counting import statements
from tests.governance.emergency import break_glass

EDITS = [(("scoring", "threshold"), 70)]
REASON = "Sales cannot answer more this week"
TITLE = b"A higher line"


def publish(cast: Cast) -> None:
    """Ada breaks the glass: version 2, and everybody is told."""
    with workspace_scope(cast.acme):
        break_glass(cast.ada, title=TITLE.decode(), reason=REASON, edits=EDITS, at=timezone.now())


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_it_stands_above_every_page_until_it_is_read(cast: Cast) -> None:
    rick = door(cast.rick)
    assert TITLE not in rick.get("/w/acme/inbox/").content
    publish(cast)
    for path in ("inbox/", "tasks/", "records/", "scorecard/", "funnel/", "changes/", "people/"):
        assert TITLE in rick.get(f"/w/acme/{path}").content, path
    assert rick.post("/w/acme/blueprint/versions/2/acknowledgement/").status_code == 302
    for path in ("inbox/", "scorecard/"):
        assert TITLE not in rick.get(f"/w/acme/{path}").content, path


@pytest.mark.django_db
def test_who_published_it_and_who_joined_later_are_not_told(cast: Cast) -> None:
    publish(cast)
    assert TITLE not in door(cast.ada).get("/w/acme/inbox/").content
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.dana.pk).update(joined_at=timezone.now() + timedelta(minutes=1))
        assert unread_notice(cast.dana) is None


@pytest.mark.django_db
def test_another_workspace_hears_nothing_of_it(cast: Cast) -> None:
    publish(cast)
    assert TITLE not in door(cast.otto).get(f"/w/{cast.globex.slug}/inbox/").content


@pytest.mark.django_db
def test_it_is_acknowledged_over_the_api_as_well(cast: Cast) -> None:
    publish(cast)
    rick = door(cast.rick)
    answer = rick.post("/api/v1/w/acme/blueprint/versions/2/acknowledgement", {}, content_type="application/json")
    assert answer.status_code == 204
    assert TITLE not in rick.get("/w/acme/inbox/").content


@pytest.mark.django_db
def test_a_page_asks_nothing_for_it_once_all_is_read(cast: Cast) -> None:
    rick = door(cast.rick)
    rick.get("/w/acme/inbox/")
    with statements() as before:
        rick.get("/w/acme/inbox/")
    publish(cast)
    rick.post("/w/acme/blueprint/versions/2/acknowledgement/")
    rick.get("/w/acme/inbox/")
    with statements() as after:
        rick.get("/w/acme/inbox/")
    assert len(after) == len(before)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", [{}, {"dark": True}, {"phone": True}], ids=["light", "dark", "phone"])
def test_it_goes_away_with_a_button(
    look: dict[str, bool], cast: Cast, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    publish(cast)
    page = open_page("/w/acme/records/", user=cast.rick.user, **look)
    notice = page.get_by_role("status").filter(has_text="Emergency change")
    expect(notice).to_contain_text(REASON)
    assert notice.bounding_box()["height"] < 280  # type: ignore[index] # words side by side, also on a phone
    assert_accessible(page)
    notice.get_by_role("button", name="I have read this").click()
    expect(notice).to_have_count(0)
    page.goto("/w/acme/inbox/")
    expect(page.get_by_text("Emergency change")).to_have_count(0)
