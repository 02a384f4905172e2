"""Hours of one's own: set by page and API, counted from the next handoff on, and told by the clock."""

from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.history.models import Event
from core.ical_days import NoCalendar, ical_days
from core.notices.models import Notice
from core.people.models import Team
from core.tenancy.scope import workspace_scope
from handoffs.actions import reassigning, scanning
from handoffs.actions.own_hours import keep_hours
from handoffs.models import Clock, Handoff, KeptHours, OwnHours, Task
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
NIGHTS = {"time_zone": "Asia/Tokyo", "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ["22:00-06:00"])}
NEW_YORK = {"time_zone": "America/New_York", "weekly": dict.fromkeys(("mon", "tue", "wed"), ["09:00-17:00"])}
DUE = attrgetter("due_at")
FEW = {"mon": ["09:00-17:00"]}
EARLY = {"time_zone": "Europe/Berlin", "weekly": {"mon": ["06:00-10:00"], "tue": ["06:00-10:00", "11:00-12:00"]}}


def door(member) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(member.user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_clock_counts_the_hours_of_whoever_has_it_and_says_which(cast: Cast) -> None:
    rick, mona = door(cast.rick), door(cast.mona)
    api = f"/api/v1/w/acme/people/{cast.rick.pk}/hours"
    assert rick.get(api).json() == {"hours": None, "changed_at": None}
    assert door(cast.rosa).put(api, NIGHTS, "application/json").status_code == 403
    summer = [(timezone.now().date() + timedelta(days=more)).isoformat() for more in range(300, 370)]
    for wrong, field in (
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"weekly": {}}, "weekly"),
        ({"weekly": {"mon": ["9-17"]}}, "weekly/mon/1"),
        ({"weekly": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "weekly"),
        ({"special_days": [{"date": "2026-02-30", "hours": []}]}, "special_days/2026-02-30/date"),
        ({"weekly": {"mon": ["09:00-09:01"]}}, "weekly"),
        ({"weekly": FEW}, "weekly"),
        ({"holidays": [{"date": day} for day in summer]}, "holidays"),
        ({"special_days": [{"date": day, "hours": []} for day in summer]}, "special_days"),
    ):
        refused = rick.put(api, {**NIGHTS, **wrong}, "application/json")
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert mona.put(api, NIGHTS | {"weekly": FEW}, "application/json").status_code == 200  # who manages may
    day_off = {"weekly": FEW, "holidays": [{"date": summer[0]}]}
    assert rick.put(api, NIGHTS | day_off, "application/json").status_code == 200  # as it was agreed
    assert rick.put(api, NIGHTS, "application/json").json()["hours"]["time_zone"] == "Asia/Tokyo"
    with workspace_scope(cast.acme):
        team = Team.objects.get(key="sales")
        team.manager = cast.mona
        team.save()
    assert mona.put("/api/v1/w/acme/teams/sales/hours", EARLY, "application/json").status_code == 200
    line = {"label": "Demo", "expression": "demo_requested", "answer_minutes": 30, "wall_time": True}
    with workspace_scope(cast.acme):
        assert KeptHours.objects.count() == 4
        acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "sla"], [line])])
        handoffs = offer_records(acme, make_records(acme, 2), by=cast.dana)
        of_rick = next(each for each in handoffs if each.assignee_id == cast.rick.pk)
        of_rosa = next(each for each in handoffs if each.assignee_id == cast.rosa.pk)
        # Monday 19:00 in Tokyo: the night begins at 22:00, which is 13:00 in UTC; Rosa's team is open till 10:00
        assert of_rick.due_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
        assert of_rosa.due_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
        [demo] = offer_records(acme, make_records(acme, 1, properties={"demo_requested": True}), by=cast.dana)
        assert (demo.sla_line, demo.due_at) == ("demo", datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
        kept = reassigning.reassign(of_rosa, cast.rick, by=cast.mona, at=MONDAY_10)  # it goes on, in its own hours
        assert (kept.due_at, kept.hours_id) == (of_rosa.due_at, of_rosa.hours_id)
        hers = keep_hours(cast.mona, NEW_YORK, by=cast.mona, at=MONDAY_10).hours_id
        late = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
        while scanning.scan(acme, late):
            pass
        task = Task.objects.get(handoff=of_rick, kind="breach")
        assert (task.assignee_id, task.created_at) == (cast.mona.pk, of_rick.due_at)
        # four hours from Monday noon in New York, when neither Tokyo nor Berlin is at work
        assert (task.due_at, task.hours_id) == (datetime(2026, 3, 2, 21, 0, tzinfo=UTC), hers)
        told = Notice.objects.get(member=cast.mona, kind="task", number=of_rick.number)
        assert told.due_at == task.due_at
        passed = Handoff.objects.get(pk=of_rick.pk)  # by the ladder to Rosa: anew, in the hours of her team
        team_hours = OwnHours.objects.get(team=team).hours_id
        assert (passed.assignee_id, passed.hours_id) == (cast.rosa.pk, team_hours)
        runs = Clock.objects.filter(handoff=passed, kind="answer").order_by("run")
        assert [run.hours_id for run in runs] == [of_rick.hours_id, team_hours]
    why = mona.get(f"/api/v1/w/acme/tasks/{task.number}").json()["why_due"]
    assert (why["working_minutes"], why["time_zone"]) == (240, "America/New_York")
    assert sum(line["minutes"] for line in why["why"]) == 240 and why["counted_in"].startswith(
        "working time of whoever"
    )
    told = mona.get(f"/api/v1/w/acme/handoffs/{demo.number}").json()["clocks"][0]
    assert (told["sla_line"], told["sla"]) == ("demo", "SLA line “Demo”")
    assert told["counted_in"].startswith("every minute") and told["working_minutes"] == 30
    steps = mona.get(f"/api/v1/w/acme/handoffs/{passed.number}").json()["clocks"][0]["rungs"]
    assert [(step["action"], step["minutes"]) for step in steps][:3] == [("warn", -60), ("task", 0), ("reassign", 120)]
    assert all(sum(line["minutes"] for line in step["why"]) == abs(step["minutes"]) for step in steps)
    page = mona.get(f"/w/acme/handoffs/{passed.number}/").content.decode()
    assert "2 h of" in page and "time that counts after it is due" in " ".join(page.split())
    assert "working time of whoever had it, or of their team" in page and "Asia/Tokyo" in page
    assert "working time of whoever got it, or of their team, in America/New_York" in page
    assert rick.delete(api).status_code == 204 and rick.get(api).json()["hours"] is None


def test_a_task_of_hours_that_nobody_has_any_more_is_due_in_those_of_the_seam(cast: Cast) -> None:
    rick, api = door(cast.rick), f"/api/v1/w/acme/people/{cast.rick.pk}/hours"
    assert rick.put(api, NIGHTS, "application/json").status_code == 200
    with workspace_scope(cast.acme):
        first, second = sorted(offer_records(cast.acme, make_records(cast.acme, 2), by=cast.dana), key=DUE)
        assert second.assignee_id == cast.rick.pk and second.hours_id and not first.hours_id
    assert rick.delete(api).status_code == 204
    with workspace_scope(cast.acme):
        evening = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
        assert [scanning.scan(cast.acme, evening) for _ in "ab"] == [2, 2]  # both are reminded, then late, in one batch
        tasks = {task.handoff_id: task for task in Task.objects.filter(kind="breach")}
        # Monday 18:00 in Berlin, when the seam closes: four hours from Tuesday 9:00, with lunch between
        assert tasks[second.pk].due_at == datetime(2026, 3, 3, 13, 0, tzinfo=UTC) and not tasks[second.pk].hours_id


def test_the_page_sets_hours_and_loads_days_off(cast: Cast) -> None:
    rosa, url = door(cast.rosa), f"/w/acme/people/{cast.rosa.pk}/hours/"
    empty = rosa.get(url).content.decode()
    assert "has no hours of their own" in empty and "09:00-17:00" in empty
    assert "fieldset" in empty and "disabled" in door(cast.rick).get(url).content.decode()
    posted = {
        "time_zone": "Europe/Berlin",
        "mon": "09:00-12:00, 13:00-17:30",
        "wed": "09:00-12:00",
        "fri": "22:00-06:00",
        "holidays": "2026-12-25 Christmas",
    }
    posted["special_days"] = "2026-12-24 09:00-13:00 Half a day\n2026-12-31"
    assert rosa.post(url, posted | {"tue": "noon"}).status_code == 422
    refused = rosa.post(url, posted | {"holidays": "Christmas", "tue": "9-17"}).content.decode()
    assert "“Christmas” does not begin with a day" in refused and "“9-17” is not written like" in refused
    assert door(cast.rick).post(url, posted).status_code == 403
    loaded = rosa.post(url, posted | {"do": "load_country", "country": "DE", "region": "BY", "year": "2027"})
    assert "2027-01-06 Epiphany" in loaded.content.decode() and "2026-12-25 Christmas" in loaded.content.decode()
    assert rosa.post(url, posted | {"do": "load_country", "country": "DE", "region": "ZZ"}).status_code == 422
    assert rosa.post(url, posted | {"do": "load_file"}).status_code == 422
    for wednesday in ("", "09:00-09:01"):
        few = rosa.post(url, posted | {"wed": wednesday}).content.decode()
        assert "at least 3 working days of 2 hours; who manages you may set fewer" in few
    assert rosa.post(url, posted).status_code == 302
    api = f"/api/v1/w/acme/people/{cast.rosa.pk}/hours"
    kept = rosa.get(api).json()["hours"]
    assert kept["weekly"] == {"mon": ["09:00-12:00", "13:00-17:30"], "wed": ["09:00-12:00"], "fri": ["22:00-06:00"]}
    assert kept["special_days"][0] == {"date": "2026-12-24", "hours": ["09:00-13:00"], "label": "Half a day"}
    assert "2026-12-31" in rosa.get(url).content.decode()
    with workspace_scope(cast.acme):
        assert Event.objects.get(kind="hours.kept").actor_id == cast.rosa.pk
    fair = {"ical": f"BEGIN:VCALENDAR\n{event('20270501', 'Fair')}{event('20261225T090000', 'Call')}END:VCALENDAR"}
    with time_machine.travel(MONDAY_10):
        closed = rosa.post(f"{api}/closed-days", fair, "application/json").json()
    assert closed["added"] == ["2027-05-01"] and closed["refused"][0]["event"] == "Call"
    assert rosa.post(f"{api}/closed-days", {"ical": "no"}, "application/json").json()["field"] == "ical"
    assert {"date": "2027-05-01", "label": "Fair"} in rosa.get(api).json()["hours"]["holidays"]


def event(starts: str, words: str, *more: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"DTSTART;VALUE=DATE:{starts}", f"SUMMARY:{words}", *more, "END:VEVENT", ""])


@pytest.mark.parametrize(
    ("told", "days", "why"),
    [
        (event("20261225", "Christmas\\, the\r\n  first"), {"2026-12-25": "Christmas, the first"}, ""),
        (
            event("20261224", "Break", "DTEND;VALUE=DATE:20261227"),
            {f"2026-12-{day}": "Break" for day in (24, 25, 26)},
            "",
        ),
        (event("20261224", "Break", "DURATION:P2D"), {"2026-12-24": "Break", "2026-12-25": "Break"}, ""),
        (event("20200103", "Found", "RRULE:FREQ=YEARLY"), {"2026-01-03": "Found", "2027-01-03": "Found"}, ""),
        (event("00010103", "Old", "RRULE:FREQ=YEARLY;INTERVAL=25"), {"2026-01-03": "Old"}, ""),
        (event("20200103", "Odd", "RRULE:FREQ=YEARLY;UNTIL=20260101,20270101"), {}, "cannot be read"),
        (event("20260103", "Long", f"RRULE:FREQ=YEARLY{';INTERVAL=1' * 50}"), {}, "cannot be read"),
        (event("20260103", "Call", "DURATION:PT2H"), {}, "has hours"),
        (event("20240229", "Leap", "RRULE:FREQ=YEARLY;COUNT=9"), {}, "not between"),
        (event("20200103", "Found", "RRULE:FREQ=YEARLY;UNTIL=20260201T000000Z"), {"2026-01-03": "Found"}, ""),
        (event("20200103", "Found", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20260103"), {"2027-01-03": "Found"}, ""),
        (event("20260103", "Weekly", "RRULE:FREQ=WEEKLY"), {}, "repeats otherwise"),
        (event("20260103", "Odd", "RRULE:FREQ=YEARLY;INTERVAL=0"), {}, "no number of times"),
        (event("20260103T090000Z", "Call"), {}, "has hours"),
        (event("20260231", "Never"), {}, "is no day"),
        (event("99991231", "The end"), {}, "is no day"),
        (event("20260103", "Off", "STATUS:CANCELLED"), {}, "cancelled"),
        (event("20260103", "Moved", "RECURRENCE-ID;VALUE=DATE:20260102"), {}, "moves one day"),
        (event("20260101", "Year", "DTEND;VALUE=DATE:20270101"), {}, "longer than"),
        (event("20190101", "Past"), {}, "not between"),
        (event("20260103", "A", "BEGIN:VALARM", "DTSTART:20200101", "END:VALARM"), {"2026-01-03": "A"}, ""),
        ("BEGIN:VEVENT\nSUMMARY:None\nEND:VEVENT\n", {}, "no day"),
    ],
)
def test_whole_days_of_an_ical_file_are_taken_and_the_rest_is_refused_with_its_reason(
    told: str, days: dict[str, str], why: str
) -> None:
    found = ical_days(f"BEGIN:VCALENDAR\r\n{told}END:VCALENDAR".encode(), date(2026, 1, 1), date(2027, 12, 31))
    assert {day.isoformat(): label for day, label in found.days.items()} == days
    assert [why in said for _, said in found.refused] == ([True] if why else [])


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", "BEGIN:VCALENDAR".encode("utf-16"), b"BEGIN:VCALENDAR" * 99_999]
)
def test_what_is_no_ical_file_says_so(content: bytes) -> None:
    with pytest.raises(NoCalendar):
        ical_days(content, date(2026, 1, 1), date(2027, 12, 31))
