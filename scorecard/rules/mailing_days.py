"""When the next mail of a board is due."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scorecard.rules.periods import next_start

EVERY = {"week": "Every Monday", "month": "On the first of each month"}
MORNING = time(7)  # before the meeting, after the night's readings
TRIES = 8
FIRST_WAIT = timedelta(minutes=5)  # doubled with each try: the last one is ten hours after the first


def next_mail_at(every: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first morning of the next week or month there, later than `after`."""
    today: date = after.astimezone(zone).date()
    return datetime.combine(next_start(today, every), MORNING, zone)


def next_try_at(tries: int, at: datetime) -> datetime | None:
    """When a mail that could not be sent is tried again; None once that is enough."""
    return None if tries >= TRIES else at + FIRST_WAIT * 2 ** (tries - 1)
