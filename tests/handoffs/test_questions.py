"""Routing questions: looking up where a lead went is counted, once for each person, record and day."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions.routing_questions import ask_where_it_went
from handoffs.queries import questions
from integrations.actions import issue_key
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
API = "/api/v1/w/acme"
HTMX = {"HTTP_HX_REQUEST": "true"}


def as_(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user, "django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return browser


@pytest.fixture
def lead(cast: Cast) -> Record:
    """A lead that was offered across a seam."""
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme)
        offer_records(cast.acme, [record], by=cast.dana)
    return record


def asked(cast: Cast) -> list[Event]:
    with workspace_scope(cast.acme):
        return list(Event.objects.filter(kind="routing.asked").order_by("at"))


def test_a_path_opened_by_page_and_api_is_one_question_a_day(cast: Cast, lead: Record) -> None:
    dana = as_(cast.dana)
    for path in (f"/w/acme/records/{lead.number}/path/", f"{API}/records/{lead.number}/path") * 2:
        assert dana.get(path).status_code == 200
    [event] = asked(cast)
    assert event.actor_id == cast.dana.pk and event.subject_id == lead.pk and event.facts == {"number": lead.number}
    as_(cast.vera).get(f"{API}/records/{lead.number}/path")
    assert len(asked(cast)) == 2  # somebody else had the question too
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        as_(cast.dana).get(f"{API}/records/{lead.number}/path")
    assert len(asked(cast)) == 3


def test_a_day_is_the_workspaces_own(cast: Cast, lead: Record) -> None:
    with workspace_scope(cast.acme):
        cast.acme.time_zone = "Asia/Tokyo"
        cast.acme.save()
        dana = Member.objects.select_related("workspace").get(pk=cast.dana.pk)
        for hour in (10, 14, 16):  # in Tokyo 19, 23, and 1 o'clock of the day after
            ask_where_it_went(lead, by=dana, at=MONDAY_10.replace(hour=hour))
    assert len(asked(cast)) == 2


def test_a_records_page_is_no_question_unless_the_search_led_there(cast: Cast, lead: Record) -> None:
    dana, url = as_(cast.dana), f"/w/acme/records/{lead.number}/path/"
    page = f"http://testserver/w/acme/records/{lead.number}/"
    dana.get(url, **HTMX, HTTP_HX_CURRENT_URL=page)
    assert asked(cast) == []
    results = dana.get("/w/acme/search/", {"q": f"#{lead.number}", "stay": 1}).content.decode()
    assert f'href="/w/acme/records/{lead.number}/?from=search"' in results
    dana.get(url, **HTMX, HTTP_HX_CURRENT_URL=f"{page}?from=search")
    assert len(asked(cast)) == 1


def test_a_program_that_reads_paths_asks_nothing(cast: Cast, lead: Record) -> None:
    with workspace_scope(cast.acme):
        key = issue_key(name="Site", scopes=["handoffs:read"], by=cast.ada, at=MONDAY_10)
    answer = Client().get(f"{API}/records/{lead.number}/path", HTTP_AUTHORIZATION=f"Bearer {key.key}")
    assert answer.status_code == 200 and asked(cast) == []


def test_counting_costs_one_insert(cast: Cast, lead: Record) -> None:
    with workspace_scope(cast.acme):
        dana = Member.objects.select_related("workspace").get(pk=cast.dana.pk)
        for _ in range(2):
            with statements() as said:
                ask_where_it_went(lead, by=dana, at=MONDAY_10)
            assert len(said) == 1 and said[0].startswith("INSERT")


def test_the_count_looks_back_thirty_days(cast: Cast, lead: Record) -> None:
    def ask(at: datetime) -> None:
        ask_where_it_went(lead, by=cast.dana, at=at)

    with workspace_scope(cast.acme):
        assert questions.questions(MONDAY_10) == questions.RoutingQuestions(0, None, None)
        for days in (40, 29, 12):
            ask(MONDAY_10 - timedelta(days=days))
        told = questions.questions(MONDAY_10)
        assert (told.recent, told.days_since, told.last_at) == (2, 12, MONDAY_10 - timedelta(days=12))
        assert questions.questions(MONDAY_10 + timedelta(days=30)).recent == 0
        assert [each.by for each in questions.latest_questions(MONDAY_10)] == ["Dana", "Dana"]


def test_page_and_api_tell_the_same(cast: Cast, lead: Record) -> None:
    dana = as_(cast.dana)
    never = dana.get(f"{API}/routing-questions").json()
    assert never == {"last_30_days": 0, "last_at": None, "days_since": None}
    assert b"No routing question" in dana.get("/w/acme/search/questions/", **HTMX).content
    page = " ".join(dana.get(f"/w/acme/records/{lead.number}/path/").content.decode().split())
    assert '<span class="num">1</span> routing question in 30 days' in page
    told = dana.get(f"{API}/routing-questions").json()
    assert told["last_30_days"] == 1 and told["days_since"] == 0 and told["last_at"]
    listed = dana.get("/w/acme/search/questions/").content.decode()
    assert lead.name in listed and "Dana" in listed
    assert 'hx-get="/w/acme/search/questions/"' in dana.get("/w/acme/search/").content.decode()


def test_questions_of_another_workspace_are_not_counted(cast: Cast, lead: Record) -> None:
    as_(cast.dana).get(f"{API}/records/{lead.number}/path")
    assert as_(cast.otto).get(f"{API}/routing-questions").status_code == 404
    assert as_(cast.otto).get("/api/v1/w/globex/routing-questions").json()["last_30_days"] == 0
