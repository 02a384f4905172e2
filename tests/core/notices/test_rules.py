"""Quiet hours by a person's own clock, the hour between two mails, and the tries."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.notices.rules import TRIES, Quiet, mailed_at, tried_again_at

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet(BERLIN, time(20), time(7, 30), frozenset({5, 6}))
NOON = Quiet(BERLIN, time(12), time(13))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("quiet", "told", "mailed"),
    [
        (NIGHT, "2026-03-02T19:59", "2026-03-02T19:59"),
        (NIGHT, "2026-03-02T20:00", "2026-03-03T07:30"),
        (NIGHT, "2026-03-03T07:29", "2026-03-03T07:30"),
        (NIGHT, "2026-03-03T07:30", "2026-03-03T07:30"),
        (NIGHT, "2026-03-06T23:00", "2026-03-09T07:30"),  # Friday night: over the weekend
        (NIGHT, "2026-03-28T12:00", "2026-03-30T07:30"),  # the clock goes forward on that Sunday
        (NOON, "2026-03-02T12:30", "2026-03-02T13:00"),
        (NOON, "2026-03-02T13:00", "2026-03-02T13:00"),
        (Quiet(BERLIN, time(1), time(2, 30)), "2026-03-29T01:30", "2026-03-29T03:30"),  # there is no half past two
        (Quiet(BERLIN), "2026-03-07T03:00", "2026-03-07T03:00"),
    ],
)
def test_nothing_is_mailed_in_quiet_hours(quiet: Quiet, told: str, mailed: str) -> None:
    assert mailed_at(at(told).astimezone(UTC), None, quiet) == at(mailed).astimezone(UTC)


def test_an_hour_lies_between_two_mails_and_ten_tries_within_three_days() -> None:
    now = at("2026-03-02T10:00").astimezone(UTC)
    assert mailed_at(now, now - timedelta(minutes=10), Quiet(BERLIN)) == now + timedelta(minutes=50)
    assert mailed_at(now, now - timedelta(hours=3), Quiet(BERLIN)) == now
    moment, tries = now, 1
    while (later := tried_again_at(tries, moment)) is not None:
        assert later > moment
        moment, tries = later, tries + 1
    assert tries == TRIES == 10 and timedelta(days=2.9) < moment - now <= timedelta(days=3.1)
