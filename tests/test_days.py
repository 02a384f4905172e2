"""The day it is, and when days begin, at every door: where the workspace is, or the person, and never in UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of, document
from blueprint.expressions.amounts import RATE
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from core.tenancy.zones import local_time
from governance.actions.yielding import ask_yields
from governance.checks.finding import CheckInput
from governance.forms.holidays import days_in_file
from governance.queries.trials import _facts
from governance.queries.workspace_facts import facts_of
from handoffs.queries.people_loads import people_loads
from lifecycle.facts import rate_of
from scorecard.queries.boards import board_of
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
# Where it is already the next year while it is not in UTC, or still the last one.
MOMENTS = [
    ("Asia/Tokyo", "2026-12-31T15:30Z", "2027-01-01"),
    ("Pacific/Kiritimati", "2026-12-31T10:30Z", "2027-01-01"),
    ("America/Los_Angeles", "2027-01-01T07:30Z", "2026-12-31"),
    ("Europe/Berlin", "2026-12-31T22:30Z", "2026-12-31"),
]
FAIR = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20200501
SUMMARY:Fair
RRULE:FREQ=YEARLY
END:VEVENT
END:VCALENDAR"""
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ["09:00-17:00"])
IN_TOKYO = {"time_zone": "Asia/Tokyo", "weekly": WEEK}


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, "django.contrib.auth.backends.ModelBackend")
    return client


def in_zone(workspace: Workspace, zone: str) -> Workspace:
    workspace.time_zone = zone
    workspace.save(update_fields=["time_zone"])
    return workspace


@pytest.mark.parametrize(("zone", "moment", "today"), MOMENTS)
def test_every_door_says_the_day_it_is_there(cast: Cast, zone: str, moment: str, today: str) -> None:
    at, day = datetime.fromisoformat(moment), date.fromisoformat(today)
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    with workspace_scope(cast.acme), time_machine.travel(at, tick=False), local_time(in_zone(cast.acme, zone)):
        assert rate_of(cast.acme, "JPY", at)[RATE].day == board_of(cast.acme, at).today == day
        assert ask_yields(cast.acme, "marketing_to_sales", by=cast.dana, at=at).asked["day"] == today
        known = document(cast.acme.pk, cast.acme.blueprint_version)
        assert facts_of(CheckInput((known, known), facts_of)).today == day
        assert {each.year for each in days_in_file(FAIR.encode()).days} == set(range(day.year, day.year + 5))
        typed = _facts(blueprint_of(cast.acme), {"created_at": f"{today} 00:00", "renews_on": today})
        assert (datetime.fromisoformat(typed["created_at"]), typed["renews_on"]) == (midnight, today)
        for given_at in (midnight - timedelta(minutes=1), midnight):
            offer_records(cast.acme, make_records(cast.acme, 1), at=given_at)
        loads = people_loads(at, people=[cast.rick.pk, cast.rosa.pk])  # neither says when their day begins
        assert [sum(each.today for each in loads), sum(each.open_count for each in loads)] == [1, 2]
    api, hours, year = "/api/v1/w/acme", f"/people/{cast.rosa.pk}/hours", f'name="year" value="{day.year}"'
    with time_machine.travel(at, tick=False):
        rosa, mona = door(cast.rosa), door(cast.mona)
        assert f"{day:%B %Y}" in mona.get("/w/acme/tasks/?look=calendar").content.decode()
        assert mona.get(f"{api}/team-absences").json()["first"] == f"{day:%Y-%m}-01"
        assert year in rosa.get(f"/w/acme{hours}/").content.decode()
        # the person's own day, once they have hours of their own
        assert rosa.put(f"{api}{hours}", IN_TOKYO, "application/json").status_code == 200
        said = rosa.post(f"{api}{hours}/closed-days", {"country": "JP"}, "application/json").json()
        assert {each[:4] for each in said["added"]} == {str(at.astimezone(ZoneInfo("Asia/Tokyo")).year)}
