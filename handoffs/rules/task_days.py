"""Days of tasks: when one that repeats is due next, and how a board sorts them."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

REPEATS = {"": "Once", "day": "Every day", "week": "Every week", "month": "Every month"}
BUCKETS = {
    "overdue": "Overdue",
    "today": "Today",
    "tomorrow": "Tomorrow",
    "week": "This week",
    "later": "Later",
    "undated": "No date",
}


def next_due(due: datetime, repeats: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment later than `after`, by the same clock of the zone, on a day on which it repeats."""
    here = due.astimezone(zone)
    day = here.date()
    while (moment := datetime.combine(day, here.time(), zone).astimezone(UTC)) <= max(after, due):
        day = _next_day(day, repeats, here.day)
    return moment


def _next_day(day: date, repeats: str, of_month: int) -> date:
    if repeats != "month":
        return day + timedelta(days=7 if repeats == "week" else 1)
    first = day.replace(day=1) + timedelta(days=32)
    return first.replace(day=min(of_month, monthrange(first.year, first.month)[1]))


def bucket_of(due: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Where a board shows an open task that is due then."""
    if due is None:
        return "undated"
    if due < at:
        return "overdue"
    today, day = at.astimezone(zone).date(), due.astimezone(zone).date()
    days = (day - today).days
    if days <= 1:
        return "tomorrow" if days else "today"
    return "week" if days < 7 - today.weekday() else "later"
