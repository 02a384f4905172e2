"""Periods a scorecard is read for, and the days, weeks, months or quarters a trend is cut into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

STEPS = ("day", "week", "month", "quarter")
DAY = timedelta(days=1)
LAST = {"7d": 7, "30d": 30, "90d": 90}
MONTHS = {"month": 1, "quarter": 3}
CHOICES = {
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "month": "This month",
    "last_month": "Last month",
    "quarter": "This quarter",
    "last_quarter": "Last quarter",
    "year": "This year",
    "all": "All time",
    "custom": "From – to",
}


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date
    choice: str = "custom"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def up_to(self, day: date) -> Period:
        """The part of it that is over on a day within it."""
        return Period(self.first, min(self.last, day))

    @property
    def label(self) -> str:
        """As a person says it."""
        if self.choice != "custom":
            return CHOICES[self.choice]
        return f"{self.first.day} {self.first:%b %Y} – {self.last.day} {self.last:%b %Y}"

    @property
    def before(self) -> Period | None:
        """The period to compare with: as many days just before, or the month, quarter or year before; none for all
        time."""
        if self.choice == "all":
            return None
        end = self.first - DAY
        if (step := self.choice.removeprefix("last_")) in MONTHS:
            return Period(start_of(end, step), end)
        if self.choice == "year":
            return Period(end.replace(month=1, day=1), end)
        start = max(date.min.toordinal() + 1, end.toordinal() - self.days + 1)
        return Period(date.fromordinal(start), end)

    @property
    def step(self) -> str:
        """How finely a trend of this period is drawn unless told otherwise."""
        return "day" if self.days <= 45 else "week" if self.days <= 200 else "month" if self.days <= 1500 else "quarter"

    def buckets(self, step: str) -> Iterator[Period]:
        """The period cut at the starts of days, weeks (Monday), months or quarters."""
        start = self.first
        while start <= self.last:
            end = min(next_start(start, step) - DAY, self.last)
            yield Period(start, end)
            start = end + DAY


def period(
    choice: str,
    today: date,
    *,
    first: date | None = None,
    last: date | None = None,
    earliest: date | None = None,
) -> Period:
    """The days a choice means today. `earliest`: the first day with anything to tell; `custom` needs first and last."""
    if choice in LAST:
        return Period(today - timedelta(days=LAST[choice] - 1), today, choice)
    if choice in MONTHS:
        return Period(start_of(today, choice), today, choice)
    if (step := choice.removeprefix("last_")) in MONTHS:
        end = start_of(today, step) - DAY
        return Period(start_of(end, step), end, choice)
    if choice == "year":
        return Period(today.replace(month=1, day=1), today, choice)
    if choice == "custom" and first and last and first <= last:
        return Period(first, last)
    if choice == "all":
        return Period(min(earliest or today, today), today, choice)
    raise ValueError(choice)


def start_of(day: date, step: str) -> date:
    """The first day of the day's week, month or quarter."""
    if step in MONTHS:
        months = MONTHS[step]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def next_start(day: date, step: str) -> date:
    """The first day of the step after the day's."""
    start = start_of(day, step)
    if step not in MONTHS:
        return start + timedelta(days=7 if step == "week" else 1)
    months = start.month - 1 + MONTHS[step]
    return date(start.year + months // 12, months % 12 + 1, 1)


def is_running(bucket: Period, step: str, today: date) -> bool:
    """Whether the bucket's day, week, month or quarter is not over yet, also where the period cuts it short."""
    return next_start(bucket.first, step) > today


def label_of(bucket: Period, step: str) -> str:
    """A short name of a bucket, for an axis."""
    start = bucket.first
    if step == "month":
        return start.strftime("%b %Y")
    if step == "quarter":
        return f"Q{(start.month - 1) // 3 + 1} {start.year}"
    return f"{start.day} {start:%b}" if step == "day" else f"{start.day} {start:%b %y}"


def axis(buckets: Iterable[Period], step: str) -> list[str]:
    """Names of the buckets along an axis; weeks of one and the same year do not repeat it."""
    told = list(buckets)
    is_one_year = len({bucket.first.year for bucket in told}) == 1
    return [label_of(bucket, "day" if step == "week" and is_one_year else step) for bucket in told]
