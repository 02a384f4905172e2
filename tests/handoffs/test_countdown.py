"""What is left to answer in: working time, across nights, weekends and both changes of the clocks; told and counted."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page, expect

from core.businesstime import WorkingCalendar, due_at, turns
from core.templatetags.revops import clock_tone, time_left
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from handoffs.rules.sla import countdown
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

DAY = (("09:00", "12:30"), ("13:30", "18:00"))
WEEK = (DAY, DAY, DAY, DAY, DAY, (), ())
NIGHTS = ((("00:00", "06:00"),),) * 7
HOUR = timedelta(hours=1)
MONDAY_EVENING = MONDAY_10 + timedelta(hours=8)  # seven in the evening at Acme


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("zone", "now", "next_turns"),
    [
        ("Europe/Berlin", "2026-03-02T10:00Z", ["2026-03-02T11:30Z", "2026-03-02T12:30Z", "2026-03-02T17:00Z"]),
        # Friday evening before the clocks go forward: nine o'clock on Monday comes an hour earlier
        ("Europe/Berlin", "2026-03-27T18:00Z", ["2026-03-30T07:00Z", "2026-03-30T10:30Z"]),
        ("Europe/Berlin", "2026-10-23T17:00Z", ["2026-10-26T08:00Z"]),
        ("America/New_York", "2026-03-06T23:00Z", ["2026-03-09T13:00Z", "2026-03-09T16:30Z"]),
        ("America/New_York", "2026-10-30T22:30Z", ["2026-11-02T14:00Z"]),
        ("Asia/Kolkata", "2026-03-02T03:00Z", ["2026-03-02T03:30Z", "2026-03-02T07:00Z"]),
    ],
)
def test_a_clock_knows_when_it_turns(zone: str, now: str, next_turns: list[str]) -> None:
    found = turns(WorkingCalendar(zone, WEEK), at(now), len(next_turns))
    assert found == tuple(at(each) for each in next_turns)


@pytest.mark.parametrize(
    ("zone", "opened", "hours"),
    [
        ("America/New_York", "2026-03-08T05:00Z", 5),  # six hours on the wall of which one is skipped
        ("America/New_York", "2026-11-01T04:00Z", 7),  # and one that comes twice
        ("Europe/Berlin", "2026-03-28T23:00Z", 5),
        ("Europe/Berlin", "2026-10-24T22:00Z", 7),
        ("Asia/Kolkata", "2026-03-07T18:30Z", 6),
    ],
)
def test_an_hour_the_clocks_skip_is_not_left_and_one_they_repeat_is_left_twice(
    zone: str, opened: str, hours: int
) -> None:
    calendar = WorkingCalendar(zone, NIGHTS)
    due = due_at(calendar, at(opened), hours * 60)
    seen = countdown(calendar, due, None, at(opened))
    assert (seen.minutes_left, seen.is_running, seen.turns[0]) == (hours * 60, True, due)
    assert countdown(calendar, due, None, due + 2 * HOUR).minutes_left == 0
    assert countdown(calendar, due, None, due - HOUR).minutes_left == 60


def test_nothing_is_used_up_while_nobody_works() -> None:
    calendar = WorkingCalendar("Europe/Berlin", WEEK)
    due = due_at(calendar, at("2026-03-06T16:00Z"), 120)  # Friday at five: an hour then, an hour on Monday
    evening, sunday = (countdown(calendar, due, None, at(each)) for each in ("2026-03-06T18:00Z", "2026-03-08T12:00Z"))
    assert evening.minutes_left == sunday.minutes_left == 60
    assert (evening.state, sunday.state) == ("paused", "paused")
    assert evening.turns[0] == sunday.turns[0] == at("2026-03-09T08:00Z")


def test_what_fell_due_at_closing_time_is_late_in_the_evening() -> None:
    calendar = WorkingCalendar("Europe/Berlin", WEEK)
    closing = at("2026-03-06T17:00Z")
    before, evening = (countdown(calendar, closing, None, each) for each in (closing, closing + HOUR))
    assert (before.is_late, evening.is_late, evening.minutes_left) == (False, True, 0)
    assert (time_left(before), time_left(evening)) == ("0 min left", "late")
    assert clock_tone(evening, "30") == "badge-error"
    assert countdown(calendar, closing, closing + HOUR, closing + 9 * HOUR).is_late


def test_an_answered_promise_has_stopped_with_what_was_left() -> None:
    calendar = WorkingCalendar("Europe/Berlin", WEEK)
    stopped = countdown(calendar, MONDAY_10 + HOUR, MONDAY_10, MONDAY_10 + 50 * HOUR)
    assert (stopped.state, stopped.minutes_left, stopped.turns) == ("stopped", 60, ())
    assert countdown(calendar, MONDAY_10, MONDAY_10 + HOUR, MONDAY_10 + 50 * HOUR).minutes_left == -60


def test_a_calendar_that_never_opens_never_turns() -> None:
    assert turns(WorkingCalendar("UTC", ((),) * 7), MONDAY_10, 4) == ()


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    """Offered to Rick half an hour before six in the evening; four working hours to answer."""
    with workspace_scope(cast.acme):
        [offered] = offer_records(cast.acme, make_records(cast.acme, owner=cast.dana), at=MONDAY_10 + 6.5 * HOUR)
        Handoff.objects.filter(pk=offered.pk).update(assignee=cast.rick)
    return offered


@pytest.mark.django_db
def test_the_inbox_says_what_is_left_until_when_it_rests_and_when_it_is_due(
    cast: Cast, client: Client, handoff: Handoff
) -> None:
    client.force_login(cast.rick.user)
    with time_machine.travel(MONDAY_EVENING, tick=False):
        page = " ".join(client.get("/w/acme/inbox/").content.decode().split())  # tags may be broken into lines
    assert "3 h 30 min left" in page and 'data-state="paused"' in page
    assert "Paused<span data-until> until Tue 09:00</span>" in page
    assert "due Tue 12:30" in page
    with time_machine.travel(MONDAY_EVENING + 15 * HOUR, tick=False):  # Tuesday at ten
        page = client.get("/w/acme/inbox/").content.decode()
    assert "2 h 30 min left" in page and 'data-state="running"' in page and "due 12:30" in page
    with time_machine.travel(MONDAY_EVENING + 48 * HOUR, tick=False):  # Wednesday evening, nine working hours after
        page = client.get("/w/acme/inbox/").content.decode()
    assert "12 h 30 min late" in page and 'data-state="paused"' in page


@pytest.mark.django_db
def test_programs_learn_what_is_left_and_whether_it_goes_on(cast: Cast, client: Client, handoff: Handoff) -> None:
    client.force_login(cast.rick.user)
    address = f"/api/v1/w/acme/handoffs/{handoff.number}"
    with time_machine.travel(MONDAY_EVENING, tick=False):
        told = client.get(address).json()
    assert (told["clock_state"], told["clock_turns_at"]) == ("paused", "2026-03-03T08:00:00Z")
    assert (told["working_minutes_left"], told["due_at"]) == (210, "2026-03-03T11:30:00Z")
    with time_machine.travel(MONDAY_EVENING + 18 * HOUR, tick=False):
        told = client.get(address).json()
    assert (told["clock"], told["clock_state"], told["working_minutes_left"]) == ("breached", "paused", 0)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_ticks_while_nobody_works_and_it_goes_on_by_itself(
    cast: Cast, handoff: Handoff, open_page: Callable[..., Page]
) -> None:
    with time_machine.travel(MONDAY_EVENING, tick=False):
        page = open_page(f"/w/acme/handoffs/{handoff.number}/", user=cast.rick.user)
        page.clock.install()
        page.reload()
        left, paused = page.locator("[data-due] [data-left]").first, page.locator("[data-paused]").first
        expect(left).to_have_text("3 h 30 min left")
        page.clock.fast_forward("04:00:00")
        expect(paused).to_be_visible()
        expect(left).to_have_text("3 h 30 min left")
        page.clock.fast_forward("11:00:00")  # ten o'clock the next day
        expect(left).to_have_text(re.compile("^2 h (29|30) min left$"))
        expect(paused).to_be_hidden()
        page.clock.fast_forward("03:00:00")  # lunch, with the time used up just before
        expect(left).to_have_text("late")
        expect(paused).to_be_visible()
