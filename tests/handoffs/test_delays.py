"""Where the time until the first touch went: every part by hand, and the medians of a seam."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from core.businesstime import WorkingCalendar
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering
from handoffs.rules.delays import Delays, Moments, delays
from handoffs.rules.halts import Halt
from lifecycle.actions.touching import log_activity
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

OFFICE = WorkingCalendar("UTC", ((("09:00", "12:00"), ("13:00", "17:00")),) * 5 + ((), ()))
HOUR = timedelta(hours=1)


def monday(hour: float) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + hour * HOUR


def halt(since: float, until: float) -> Halt:
    return Halt(monday(since), monday(until), "")


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        # offered at ten and touched at three, with lunch between
        ((8, 9, 10, 15, [], []), (60, 60, 0, 60, 0, 240)),
        # an hour in a queue, and two paused over lunch; what is paused is neither closed nor worked
        ((9, 9, 10, 15, [halt(10, 11)], [halt(11.5, 13.5)]), (0, 60, 60, 0, 120, 120)),
        # paused while it was in a queue already counts once; what lies beyond the touch counts nothing
        ((9, 9, 10, 15, [halt(10, 14)], [halt(13, 20)]), (0, 60, 240, 0, 60, 0)),
        # overnight; a source that dates it later than it came in
        ((11, 9, 10, 34, [], []), (0, 60, 0, 17 * 60, 0, 7 * 60)),
    ],
)
def test_every_part_is_told_and_they_add_up(moments: tuple, expected: tuple[float, ...]) -> None:  # type: ignore[type-arg]
    opened, came_in, offered, until, queued, paused = moments
    said = Moments(monday(opened), monday(came_in), monday(offered), monday(until), queued, paused)
    split = delays(said, OFFICE)
    assert split == Delays(*expected)
    assert split.total == (said.until - min(said.opened_at, said.came_in_at)).total_seconds() / 60


@pytest.mark.django_db
def test_page_and_api_tell_it_of_a_handoff_and_of_a_seam(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, 3)
        Record.objects.update(opened_at=MONDAY_10 - 2 * HOUR, created_at=MONDAY_10 - HOUR)
        for place, handoff in enumerate(offer_records(cast.acme, records, by=cast.dana)):
            assert handoff.assignee is not None
            answering.accept(handoff, by=handoff.assignee, at=MONDAY_10 + HOUR)
            touched_at = MONDAY_10 + (2 + place) * HOUR
            log_activity(handoff.record, kind="call", outcome="Connected", by=handoff.assignee, at=touched_at)
    client.force_login(cast.mona.user, "django.contrib.auth.backends.ModelBackend")
    told = client.get(f"/api/v1/w/acme/handoffs/{handoff.number}").json()["time_to_touch"]
    assert told == {"intake": 60, "offer": 60, "queue": 0, "closed": 60, "paused": 0, "working": 180}
    assert (
        "With a person, outside of working hours" in client.get(f"/w/acme/handoffs/{handoff.number}/").content.decode()
    )
    days = {"from": "2026-03-01", "to": "2026-03-05"}
    seam = client.get("/api/v1/w/acme/funnel/seams/marketing_to_sales", days).json()
    assert seam["time_to_touch"] == {
        **{"count": 3, "intake": 60, "offer": 60, "queue": 0, "closed": 60, "paused": 0, "working": 120}
    }
    page = client.get("/w/acme/funnel/seams/marketing_to_sales/", days)
    assert page.status_code == 200 and "Time to first touch" in page.content.decode()
