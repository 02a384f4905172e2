"""The questions: when something is due, how many working minutes passed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from core.businesstime.instants import DAY, MINUTE, instant_of, length_of, moment
from core.businesstime.stepping import windows_of, year_in
from core.businesstime.working_hours import WorkingCalendar, zone_of

LAST_YEAR = 9_990
PATIENCE_YEARS = 60  # a year without a working minute is odd, sixty are a calendar that never opens

SEEN = 60 * DAY  # how far ahead the next turn of a clock is looked for


class NoWorkingHours(ValueError):
    """The calendar has no working time ahead in which this could become due."""

    code = "no_working_hours"


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One line of the answer to "why this time?": a day or window, the working minutes it gave, and what was left."""

    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: float
    left: float
    why: str


def due_at(calendar: WorkingCalendar, opened_at: datetime, minutes: float) -> datetime:
    """The instant by which `minutes` working minutes have passed since `opened_at`.

    0 minutes are due at once, at `opened_at` itself; a due time that uses up a window falls on its end, not on the
    next one's start. Raises NoWorkingHours.
    """
    opened, left = instant_of(opened_at), length_of(minutes)
    if left == 0:
        return moment(opened)
    number = moment(opened).year
    left += year_in(calendar, number).worked_before(opened)
    give_up = min(number + PATIENCE_YEARS, LAST_YEAR)
    while not calendar.is_never_open and number <= give_up:
        year = year_in(calendar, number)
        if left <= year.total:
            return moment(year.instant_after(left))
        if year.total:
            left -= year.total
            give_up = min(number + 1 + PATIENCE_YEARS, LAST_YEAR)
        number += 1
    raise NoWorkingHours("The calendar has no working hours in which this could become due.")


def minutes_between(calendar: WorkingCalendar, a: datetime, b: datetime) -> float:
    """Working minutes from `a` to `b`; negative when `b` is the earlier."""
    start, end = instant_of(a), instant_of(b)
    if end < start:
        return -minutes_between(calendar, b, a)
    first, last = moment(start).year, moment(end).year
    worked = year_in(calendar, last).worked_before(end) - year_in(calendar, first).worked_before(start)
    return (worked + sum(year_in(calendar, number).total for number in range(first, last))) / MINUTE


def is_open(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether this instant is working time."""
    instant = instant_of(at)
    return any(True for _ in windows_of(calendar, instant, instant + 1))


def turns(calendar: WorkingCalendar, at: datetime, most: int) -> tuple[datetime, ...]:
    """The next `most` instants after `at` when working time begins or ends; none where the calendar is never open."""
    since = instant_of(at)
    edges = (edge for window in windows_of(calendar, since, since + SEEN) for edge in window if edge > since)
    return tuple(moment(edge) for edge in islice(edges, most))


def trace(calendar: WorkingCalendar, opened_at: datetime, minutes: float) -> tuple[WorkStep, ...]:
    """Why it is due when it is: each window and each day off from `opened_at` to the due time.

    The steps' minutes add up to `minutes`, and the last step ends at `due_at`. Raises NoWorkingHours.
    """
    zone, left = zone_of(calendar.time_zone), length_of(minutes)
    opened = instant_of(opened_at)
    due = instant_of(due_at(calendar, opened_at, minutes))
    on = opened_at.astimezone(zone).date()
    steps: list[WorkStep] = []
    for start, end in windows_of(calendar, opened, due):
        local = moment(start).astimezone(zone).date()
        while on < local:
            steps.append(WorkStep(on, None, None, 0.0, left / MINUTE, _why_off(calendar, on)))
            on += timedelta(days=1)
        left -= end - start
        steps.append(WorkStep(local, moment(start), moment(end), (end - start) / MINUTE, left / MINUTE, "working time"))
        on = moment(end - 1).astimezone(zone).date() + timedelta(days=1)
    if not steps:
        steps.append(WorkStep(on, moment(opened), moment(due), 0.0, 0.0, "due at once"))
    return tuple(steps)


def _why_off(calendar: WorkingCalendar, on: date) -> str:
    if calendar.minutes_on(on):
        return "after working hours"
    return "holiday" if on in calendar.holidays else "no working hours on this day"
