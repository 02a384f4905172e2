"""Limbo's page and API: who sees it, what it says, and sending things on."""

import pytest
from django.test import Client
from django.utils import timezone

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from lifecycle.models import Record
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
PAGE, API = "/w/acme/limbo/", "/api/v1/w/acme/limbo"


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def waiting(cast: Cast) -> Record:
    """A marketing qualified lead that was never offered."""
    with workspace_scope(cast.acme):
        return make_records(cast.acme, at=timezone.now(), name="Nobody's lead")[0]


def test_whoever_leads_sees_what_waits_and_a_rep_does_not(cast: Cast, waiting: Record) -> None:
    for member in (cast.ada, cast.mona, cast.vera):
        answer = signed_in(member).get(PAGE)
        assert answer.status_code == 200 and b"Nobody" in answer.content and b"Never offered" in answer.content
    assert signed_in(cast.rick).get(PAGE).status_code == 403
    assert signed_in(cast.rick).get(API).status_code == 403
    assert b"Send on" not in signed_in(cast.vera).get(PAGE).content  # a leader looks on


def test_an_empty_limbo_says_so(cast: Cast) -> None:
    assert b"Nothing is in limbo" in signed_in(cast.mona).get(PAGE).content
    assert signed_in(cast.mona).get(API).json() == {
        "total": 0, "oldest_at": None, "counts": {}, "next": None, "results": [],
    }  # fmt: skip


def test_the_api_names_cause_age_what_it_waits_for_and_what_to_do(cast: Cast, waiting: Record) -> None:
    told = signed_in(cast.mona).get(API).json()
    assert (told["total"], told["counts"]) == (1, {"never_offered": 1})
    [item] = told["results"]
    assert (item["noun"], item["cause"], item["record"], item["seam"]) == (
        "record", "never_offered", waiting.number, "marketing_to_sales",
    )  # fmt: skip
    assert item["waits_for"] and item["next_action"] and item["age_minutes"] >= 0
    assert signed_in(cast.mona).get(f"{API}?cause=returned").json()["results"] == []
    refused = signed_in(cast.mona).get(f"{API}?cause=bored")
    assert (refused.status_code, refused.json()["field"]) == (422, "cause")


def test_sending_on_by_page_and_by_api(cast: Cast, waiting: Record) -> None:
    answer = signed_in(cast.mona).post(f"{PAGE}offers/", {"only": str(waiting.pk)}, follow=True)
    assert b"1 sent on" in answer.content
    with workspace_scope(cast.acme):
        assert Handoff.objects.open().filter(record=waiting).exists()
        [other] = make_records(cast.acme, at=timezone.now())
    ids = [str(other.pk), str(waiting.pk)]
    told = signed_in(cast.mona).post(f"{API}/offers", {"items": ids}, content_type="application/json").json()
    assert told["released"] == [str(other.pk)]
    assert [(each["id"], each["code"]) for each in told["left"]] == [(str(waiting.pk), "not_in_limbo")]


def test_a_rep_or_a_leader_sends_nothing_on_and_nonsense_is_named(cast: Cast, waiting: Record) -> None:
    for member in (cast.rick, cast.vera):
        assert signed_in(member).post(f"{PAGE}offers/", {"item": str(waiting.pk)}).status_code == 403
        sent = signed_in(member).post(f"{API}/offers", {"items": [str(waiting.pk)]}, content_type="application/json")
        assert sent.status_code == 403
    assert signed_in(cast.mona).post(f"{PAGE}offers/", {"item": "what"}).status_code == 422
    assert signed_in(cast.mona).post(f"{PAGE}offers/").status_code == 422
    sent = signed_in(cast.mona).post(f"{API}/offers", {"items": []}, content_type="application/json")
    assert sent.status_code == 422


def test_another_workspaces_things_are_not_sent_on(cast: Cast) -> None:
    with workspace_scope(cast.globex):
        [theirs] = make_records(cast.globex, at=timezone.now())
    told = signed_in(cast.mona).post(f"{API}/offers", {"items": [str(theirs.pk)]}, content_type="application/json")
    assert told.json()["left"][0]["code"] == "not_in_limbo"
    with workspace_scope(cast.globex):
        assert not Handoff.objects.exists()


def test_the_page_of_a_filter_keeps_it_and_goes_on_by_pages(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        make_records(cast.acme, 60, at=timezone.now())
        offer_records(cast.acme, make_records(cast.acme), at=timezone.now())
    page = signed_in(cast.mona).get(f"{PAGE}?cause=never_offered&seam=marketing_to_sales")
    assert page.content.count(b'type="checkbox" class="checkbox') == 50 and b"Show more" in page.content
    more = page.context["more"]
    rest = signed_in(cast.mona).get(f"{PAGE}?{more}", headers={"HX-Request": "true"})
    assert rest.content.count(b'type="checkbox"') == 10 and b"<html" not in rest.content


def test_the_scorecard_shows_how_much_waits_for_nobody_and_since_when(cast: Cast, waiting: Record) -> None:
    told = signed_in(cast.rick).get("/api/v1/w/acme/scorecard").json()["limbo"]
    assert told["total"] == 1 and told["oldest_at"] and told["owners"]
    assert 'hx-get="/w/acme/limbo/figure/"' in signed_in(cast.mona).get("/w/acme/scorecard/").content.decode()
    figure = signed_in(cast.mona).get("/w/acme/limbo/figure/", headers={"HX-Request": "true"}).content.decode()
    assert 'href="/w/acme/limbo/">In limbo' in figure and "waits for nobody" in figure and "<html" not in figure
    theirs = signed_in(cast.rick).get("/w/acme/limbo/figure/").content.decode()
    assert "waits for nobody" in theirs and 'href="/w/acme/limbo/">In limbo' not in theirs
