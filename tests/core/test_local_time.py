"""Local time: pages and mails tell and read times where the workspace is, programs in UTC, across clock changes."""

import re
import zoneinfo
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from blueprint.expressions.fields import DataType
from blueprint.schema import PropertyTerms
from core.people import inviting
from core.people.forms import TimeOffForm
from core.people.models import Member, TimeOff, Workspace
from core.tenancy.regions import check_zone_tables, zone_names, zones_known_otherwise
from core.tenancy.scope import workspace_scope
from core.tenancy.zones import in_words, last_day, local_time, near
from devtools.stack.folders import ROOT
from handoffs.models import Handoff
from imports.preview import _said
from lifecycle.forms import edit_form
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
NEW_YORK, BERLIN, KOLKATA = "America/New_York", "Europe/Berlin", "Asia/Kolkata"


def move(workspace: Workspace, zone: str) -> Workspace:
    """The workspace goes to another time zone."""
    with workspace_scope(workspace):
        Workspace.objects.filter(pk=workspace.pk).update(time_zone=zone)
    workspace.refresh_from_db()
    return workspace


@pytest.mark.parametrize(
    ("zone", "moment", "said"),
    [
        (BERLIN, "2026-03-02T10:00Z", "2 Mar 2026, 11:00"),
        (BERLIN, "2026-03-29T00:59Z", "29 Mar 2026, 01:59"),  # the clocks go forward
        (BERLIN, "2026-03-29T01:00Z", "29 Mar 2026, 03:00"),
        (BERLIN, "2026-10-25T00:30Z", "25 Oct 2026, 02:30"),  # and back: half past two comes twice
        (BERLIN, "2026-10-25T01:30Z", "25 Oct 2026, 02:30"),
        (BERLIN, "2025-12-31T23:30Z", "1 Jan 2026, 00:30"),
        (NEW_YORK, "2026-03-02T10:00Z", "2 Mar 2026, 05:00"),
        (NEW_YORK, "2026-03-08T06:59Z", "8 Mar 2026, 01:59"),
        (NEW_YORK, "2026-03-08T07:00Z", "8 Mar 2026, 03:00"),
        (NEW_YORK, "2026-11-01T05:30Z", "1 Nov 2026, 01:30"),
        (NEW_YORK, "2026-11-01T06:30Z", "1 Nov 2026, 01:30"),
        (NEW_YORK, "2026-01-01T04:30Z", "31 Dec 2025, 23:30"),
        (KOLKATA, "2026-03-02T10:00Z", "2 Mar 2026, 15:30"),
        (KOLKATA, "2026-03-02T18:30Z", "3 Mar 2026, 00:00"),
    ],
)
def test_a_page_tells_the_time_where_the_workspace_is(
    cast: Cast, as_member: SignIn, zone: str, moment: str, said: str
) -> None:
    move(cast.acme, zone)
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme, at=datetime.fromisoformat(moment))
    page = as_member(cast.rick).get(f"/w/acme/records/{record.number}/").content.decode()
    assert f'<dd class="num">{said}</dd>' in page


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    """Offered on Monday at 11:00 in Berlin, to be answered within four working hours; one passes before lunch."""
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme)
        [offered] = offer_records(cast.acme, [record])
        offered.record = record
    return offered


def test_the_due_moment_is_told_in_local_time_on_every_page(cast: Cast, as_member: SignIn, handoff: Handoff) -> None:
    assert handoff.due_at == MONDAY_10 + timedelta(hours=5)  # lunch is no working time
    browser = as_member(cast.ada)
    for address in (f"handoffs/{handoff.number}/", f"records/{handoff.record.number}/path/", "handoffs/"):
        page = browser.get(f"/w/acme/{address}").content.decode()
        assert set(re.findall(r"Due Mon 2 Mar 2026, (\d\d:\d\d)", page)) == {"16:00"}, address


def test_a_program_is_answered_in_utc_wherever_the_workspace_is(
    cast: Cast, as_member: SignIn, handoff: Handoff
) -> None:
    told = as_member(cast.rick).get(f"/api/v1/w/acme/handoffs/{handoff.number}").json()
    assert (told["offered_at"], told["due_at"]) == ("2026-03-02T10:00:00Z", "2026-03-02T15:00:00Z")


@pytest.mark.parametrize(
    ("zone", "first", "last", "begins", "ends"),
    [
        (BERLIN, "2026-01-04", "2026-01-05", "2026-01-03T23:00Z", "2026-01-05T23:00Z"),
        (BERLIN, "2026-03-28", "2026-03-29", "2026-03-27T23:00Z", "2026-03-29T22:00Z"),  # 47 hours
        (BERLIN, "2026-10-25", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),  # 25 hours
        (NEW_YORK, "2026-03-07", "2026-03-08", "2026-03-07T05:00Z", "2026-03-09T04:00Z"),
        (NEW_YORK, "2026-11-01", "2026-11-02", "2026-11-01T04:00Z", "2026-11-03T05:00Z"),
        (KOLKATA, "2026-01-04", "2026-01-05", "2026-01-03T18:30Z", "2026-01-05T18:30Z"),
    ],
)
def test_days_off_are_shown_as_they_were_typed(
    cast: Cast, as_member: SignIn, zone: str, first: str, last: str, begins: str, ends: str
) -> None:
    move(cast.acme, zone)
    with time_machine.travel(datetime(2026, 1, 2, 12, tzinfo=UTC), tick=True):
        browser = as_member(cast.rick)
        address = f"/w/acme/people/{cast.rick.pk}/"
        assert browser.post(f"{address}time-off/", {"first": first, "last": last}).status_code == 302
        page, people = browser.get(address).content.decode(), browser.get("/w/acme/people/").content.decode()
    with workspace_scope(cast.acme):
        kept = TimeOff.objects.get()
    assert (kept.starts_at, kept.ends_at) == (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
    one, other = date.fromisoformat(first), date.fromisoformat(last)
    assert f"{one.day} {one:%b %Y} – {other.day} {other:%b %Y}" in page
    assert f"from {one.day} {one:%b}" in people


def test_who_is_away_is_away_until_the_last_day_typed(cast: Cast, as_member: SignIn) -> None:
    with time_machine.travel(datetime(2026, 1, 4, 12, tzinfo=UTC), tick=True):
        browser = as_member(cast.rick)
        browser.post(f"/w/acme/people/{cast.rick.pk}/time-off/", {"first": "2026-01-04", "last": "2026-01-05"})
        assert "away until 5 Jan" in browser.get("/w/acme/people/").content.decode()


def test_what_an_event_looked_at_is_told_in_local_time(cast: Cast) -> None:
    for zone, said in ((NEW_YORK, "2 Mar 2026, 05:00"), (BERLIN, "2 Mar 2026, 11:00"), (KOLKATA, "2 Mar 2026, 15:30")):
        with local_time(move(cast.acme, zone)):
            assert in_words(MONDAY_10.isoformat()) == in_words("2026-03-02T10:00:00Z") == said
            assert in_words("2026-03-02") == "2026-03-02" and in_words("10:00") == "10:00" and in_words(7) == "7"
            assert in_words("2026-06-31T10:00:00Z") == "2026-06-31T10:00:00Z"


def test_an_events_fact_on_a_timeline_is_local(cast: Cast, as_member: SignIn, handoff: Handoff) -> None:
    page = as_member(cast.ada).get(f"/w/acme/records/{handoff.record.number}/").content.decode()
    assert "2 Mar 2026, 16:00" in page and "+00:00" not in page.split("<main", 1)[1]


def test_a_typed_time_is_read_where_the_workspace_is(cast: Cast) -> None:
    wanted = {NEW_YORK: 14, BERLIN: 8, KOLKATA: 3}
    for zone, hour in wanted.items():
        with local_time(move(cast.acme, zone)):
            field = edit_form_with_a_moment()({"name": "Peter", "property_demo_at": "2026-03-02T09:00"})
            assert field.is_valid(), field.errors
            read = field.cleaned_data["property_demo_at"].astimezone(UTC)
            assert read.hour == hour
            shown = str(edit_form_with_a_moment()(initial={"property_demo_at": read})["property_demo_at"])
            assert 'value="2026-03-02T09:00:00"' in shown and 'type="datetime-local"' in shown


def edit_form_with_a_moment() -> Any:
    """The form of a lead that has one property, a moment."""
    terms = PropertyTerms(key="demo_at", label="Demo at", type=DataType.DATETIME)
    return edit_form(SimpleNamespace(properties=[terms]), "lead")  # type: ignore[arg-type]


def test_a_time_that_the_clocks_skip_is_refused_by_its_field(cast: Cast) -> None:
    with local_time(move(cast.acme, NEW_YORK)):
        form = edit_form_with_a_moment()({"name": "Peter", "property_demo_at": "2026-03-08T02:30"})
        assert "property_demo_at" in form.errors


def test_a_preview_of_a_file_tells_its_moments_in_local_time(cast: Cast) -> None:
    with local_time(move(cast.acme, KOLKATA)):
        assert _said(MONDAY_10) == "2026-03-02 15:30"


def test_an_invitation_says_until_when_in_local_time(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    now = timezone.now().replace(microsecond=0)
    with workspace_scope(cast.acme), django_capture_on_commit_callbacks(execute=True):
        issued = inviting.invite(email="nina@acme.example", by=cast.ada, at=now)
    with local_time(cast.acme):
        until = timezone.localtime(issued.invitation.expires_at)
        said = f"{until.day} {until:%b %Y, %H:%M} in Europe/Berlin"
    assert said in mail.outbox[0].body
    assert said in client.get(issued.link[issued.link.index("/join") :]).content.decode()


def test_days_of_the_form_begin_and_end_at_local_midnight(cast: Cast) -> None:
    with local_time(move(cast.acme, KOLKATA)):
        form = TimeOffForm({"first": "2026-01-04", "last": "2026-01-05"})
        assert form.is_valid()
        absence = form.absence()
        assert timezone.localtime(absence["starts_at"]).day == 4 and last_day(absence["ends_at"]) == date(2026, 1, 5)


def test_no_template_converts_a_time_by_hand() -> None:
    by_hand = [path for path in (ROOT / "templates").rglob("*.*") if "|local" in path.read_text()]
    assert by_hand == []


def test_a_moment_near_by_is_told_briefly_and_never_unclearly(cast: Cast) -> None:
    with local_time(move(cast.acme, NEW_YORK)):
        said = [near(MONDAY_10 + timedelta(days=days, hours=7), MONDAY_10) for days in (0, 1, 5, 6, -1, 365)]
    assert said == ["12:00", "Tue 12:00", "Sat 12:00", "Sun 8 Mar, 13:00", "Sun 1 Mar, 12:00", "Tue 2 Mar 2027, 12:00"]


def test_days_and_deadlines_are_found_in_one_table_of_zones(db: None) -> None:
    assert len(zone_names()) > 400 and zones_known_otherwise(zone_names()) == []


def test_a_zone_that_the_two_tables_know_differently_is_named(cast: Cast, tmp_path: Path) -> None:
    """Where the database is somebody else's, its table may be older or newer than ours."""
    place = tmp_path / "Europe"
    place.mkdir()
    (place / "Berlin").write_bytes(Path(zoneinfo.TZPATH[0], "Asia/Kolkata").read_bytes())
    former = zoneinfo.TZPATH
    try:
        zoneinfo.reset_tzpath(to=[str(tmp_path), *former])
        zoneinfo.ZoneInfo.clear_cache()
        [warning] = check_zone_tables(["default"])
    finally:
        zoneinfo.reset_tzpath(to=former)
        zoneinfo.ZoneInfo.clear_cache()
    assert "Europe/Berlin" in warning.msg
