"""Working hours: when something is due, how many working minutes passed, and why. Pure; every instant is in UTC.

An instant is working time when the clock on the wall, in the calendar's zone, shows a time inside one of that day's
windows and the day is no holiday. So an hour the clocks skip is never worked, and an hour they repeat is worked twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000  # instants are counted in microseconds inside this module
MINUTE = 60 * SECOND
DAY = 1_440 * MINUTE
STRIDE = 6 * 3_600  # seconds between two looks at a zone's offset; no zone shifts twice within it
LAST_YEAR = 9_990
PATIENCE_YEARS = 60  # a year without a working minute is odd, sixty are a calendar that never opens

Hours = tuple[tuple[str, str], ...]


class NoWorkingHours(ValueError):
    """The calendar has no working time ahead in which this could become due."""

    code = "no_working_hours"


class BadCalendar(ValueError):
    """Working hours that cannot be read, with the reason."""

    code = "bad_calendar"


class _Year(NamedTuple):
    """The windows of one year of UTC, in order and apart: starts, ends, and the working time before each and in all."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


@dataclass(frozen=True)
class Calendar:
    """When a team works: for each day of the week, Monday first, windows such as ("09:00", "17:30") in local time.

    A day may be split into several windows; "24:00" ends a window at midnight. Raises BadCalendar.
    """

    time_zone: str
    weekly: tuple[Hours, ...]
    holidays: frozenset[date] = frozenset()
    _minutes: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    _years: dict[int, _Year] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _zone(self.time_zone)
        if len(self.weekly) != 7:
            raise BadCalendar("Working hours are given for seven days, Monday first.")
        object.__setattr__(self, "_minutes", tuple(_minutes_of(hours) for hours in self.weekly))
        object.__setattr__(self, "_years", _shared_years(self))

    @property
    def is_never_open(self) -> bool:
        """Whether no day of the week has working hours."""
        return not any(self._minutes)


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of working time, from its start up to its end."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the answer to "why this time?": a day or window, the working minutes it gave, and what was left."""

    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: float
    left: float
    why: str


# --- the questions --------------------------------------------------------------------------------------------------


def due_at(calendar: Calendar, opened_at: datetime, minutes: float) -> datetime:
    """The instant by which `minutes` working minutes have passed since `opened_at`.

    0 minutes are due at once, at `opened_at` itself; a due time that uses up a window falls on its end, not on the
    next one's start. Raises NoWorkingHours.
    """
    return _moment(_due(calendar, _instant(opened_at), _length(minutes)))


def minutes_between(calendar: Calendar, a: datetime, b: datetime) -> float:
    """Working minutes from `a` to `b`; negative when `b` is the earlier."""
    start, end = _instant(a), _instant(b)
    if end < start:
        return -minutes_between(calendar, b, a)
    first, last = _year_of(start), _year_of(end)
    worked = _worked_before(calendar, last, end) - _worked_before(calendar, first, start)
    return (worked + sum(_year(calendar, year).total for year in range(first, last))) / MINUTE


def windows(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Window]:
    """The working windows within [since, until), in order; one that reaches over an edge is cut there.

    With their running sum of minutes these make the table that lets SQL find due times for many rows.
    """
    for start, end in _windows(calendar, _instant(since), _instant(until)):
        yield Window(_moment(start), _moment(end))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether this instant is working time."""
    instant = _instant(at)
    return any(True for _ in _windows(calendar, instant, instant + 1))


def trace(calendar: Calendar, opened_at: datetime, minutes: float) -> tuple[Step, ...]:
    """Why it is due when it is: each window and each day off from `opened_at` to the due time.

    The steps' minutes add up to `minutes`, and the last step ends at `due_at`. Raises NoWorkingHours.
    """
    zone, left = _zone(calendar.time_zone), _length(minutes)
    opened = _instant(opened_at)
    due = _due(calendar, opened, left)
    on, steps = opened_at.astimezone(zone).date(), []
    for start, end in _windows(calendar, opened, due):
        local = _moment(start).astimezone(zone).date()
        while on < local:
            steps += _day_off(calendar, on, left)
            on += timedelta(days=1)
        left -= end - start
        steps.append(Step(local, _moment(start), _moment(end), (end - start) / MINUTE, left / MINUTE, "working time"))
        on = _moment(end - 1).astimezone(zone).date() + timedelta(days=1)
    if not steps:
        steps.append(Step(on, _moment(opened), _moment(due), 0.0, 0.0, "due at once"))
    return tuple(steps)


def _day_off(calendar: Calendar, on: date, left: int) -> list[Step]:
    if on in calendar.holidays:
        return [Step(on, None, None, 0.0, left / MINUTE, "holiday")]
    if not calendar._minutes[on.weekday()]:
        return [Step(on, None, None, 0.0, left / MINUTE, "no working hours on this day")]
    return [Step(on, None, None, 0.0, left / MINUTE, "after working hours")]


# --- stepping over windows ------------------------------------------------------------------------------------------


def _due(calendar: Calendar, opened: int, left: int) -> int:
    if left == 0:
        return opened
    number = _year_of(opened)
    left += _worked_before(calendar, number, opened)
    give_up = min(number + PATIENCE_YEARS, LAST_YEAR)
    while not calendar.is_never_open and number <= give_up:
        year = _year(calendar, number)
        if left <= year.total:
            place = bisect_left(year.before, left) - 1
            return year.starts[place] + left - year.before[place]
        if year.total:
            left -= year.total
            give_up = min(number + 1 + PATIENCE_YEARS, LAST_YEAR)
        number += 1
    raise NoWorkingHours("The calendar has no working hours in which this could become due.")


def _worked_before(calendar: Calendar, number: int, instant: int) -> int:
    """Working time of the year up to this instant."""
    year = _year(calendar, number)
    place = bisect_right(year.starts, instant) - 1
    if place < 0:
        return 0
    return year.before[place] + min(instant, year.ends[place]) - year.starts[place]


def _windows(calendar: Calendar, since: int, until: int) -> Iterator[tuple[int, int]]:
    """Windows within [since, until), cut at its edges; one that runs over New Year of UTC stays whole."""
    held: tuple[int, int] | None = None
    for number in range(_year_of(since), _year_of(until) + 1) if since < until else ():
        year = _year(calendar, number)
        for place in range(bisect_right(year.ends, since), bisect_left(year.starts, until)):
            start, end = max(year.starts[place], since), min(year.ends[place], until)
            if held and held[1] == start:
                start = held[0]
            elif held:
                yield held
            held = start, end
    if held:
        yield held


# --- the windows of a year ------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _shared_years(calendar: Calendar) -> dict[int, _Year]:
    """One store of years for all calendars of the same content."""
    return {}


def _year(calendar: Calendar, number: int) -> _Year:
    found = calendar._years.get(number)
    if found is None:
        found = calendar._years[number] = _compute_year(calendar, number)
    return found


def _compute_year(calendar: Calendar, number: int) -> _Year:
    since, until = _new_year(number), _new_year(number + 1)
    cut = [
        (max(start, since), min(end, until))
        for begins, ends, offset in _steady_stretches(calendar.time_zone, since, until)
        for start, end in _stretch_windows(calendar, begins, ends, offset)
    ]
    joined = _joined(sorted(each for each in cut if each[0] < each[1]))
    lengths = list(accumulate((end - start for start, end in joined), initial=0))
    return _Year([start for start, _ in joined], [end for _, end in joined], lengths[:-1], lengths[-1])


@lru_cache(maxsize=1_024)
def _steady_stretches(time_zone: str, since: int, until: int) -> tuple[tuple[int, int, int], ...]:
    """[since, until) cut where the zone's clocks are changed: begin, end and the offset between, in microseconds."""
    zone = _zone(time_zone)
    stretches, begins = [], since
    offset = _offset(zone, since)
    for look in range(since, until, STRIDE * SECOND):
        upper = min(look + STRIDE * SECOND, until)
        if _offset(zone, upper) == offset:
            continue
        lower = look
        while upper - lower > SECOND:
            middle = (lower + upper) // 2 // SECOND * SECOND
            lower, upper = (middle, upper) if _offset(zone, middle) == offset else (lower, middle)
        stretches.append((begins, upper, offset))
        begins, offset = upper, _offset(zone, upper)
    return (*stretches, (begins, until, offset))


def _stretch_windows(calendar: Calendar, begins: int, ends: int, offset: int) -> Iterator[tuple[int, int]]:
    """The windows of a stretch without a change of clocks: local time is UTC plus one offset."""
    for day in range((begins + offset) // DAY, (ends - 1 + offset) // DAY + 1):
        on = date.fromordinal(day + 719_163)  # the ordinal of 1970-01-01
        if on in calendar.holidays:
            continue
        for opens, closes in calendar._minutes[on.weekday()]:
            start, end = day * DAY + opens * MINUTE - offset, day * DAY + closes * MINUTE - offset
            if start < ends and end > begins:
                yield max(start, begins), min(end, ends)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order with those that touch made one, so that midnight and a change of clocks leave no seam."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _minutes_of(hours: Hours) -> tuple[tuple[int, int], ...]:
    """Windows of a day as minutes after midnight, checked: in the day, not empty, not overlapping."""
    read = sorted((_minute(start), _minute(end)) for start, end in hours)
    if any(start >= end for start, end in read):
        raise BadCalendar("Working hours end after they start; a night shift is two windows, cut at 24:00.")
    if any(earlier[1] > later[0] for earlier, later in zip(read, read[1:], strict=False)):
        raise BadCalendar("Working hours of one day overlap.")
    return tuple(read)


def _minute(written: str) -> int:
    hour, _, minute = written.partition(":")
    if len(written) == 5 and hour.isdecimal() and minute.isdecimal() and int(minute) < 60:
        read = int(hour) * 60 + int(minute)
        if read <= 1_440:
            return read
    raise BadCalendar(f"“{written}” is not a time of day such as 09:00.")


# --- instants as microseconds ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def _zone(time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, a folder of the zone database
        raise BadCalendar(f"“{time_zone}” is not a time zone.") from error


def _offset(zone: ZoneInfo, instant: int) -> int:
    shown = _moment(instant).astimezone(zone).utcoffset()
    assert shown is not None
    return shown // timedelta(microseconds=1)


def _instant(at: datetime) -> int:
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def _moment(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


@lru_cache(maxsize=1_024)
def _new_year(number: int) -> int:
    return _instant(datetime(number, 1, 1, tzinfo=UTC))


def _year_of(instant: int) -> int:
    return _moment(instant).year


def _length(minutes: float) -> int:
    if not 0 <= minutes < float("inf"):
        raise ValueError(f"Working minutes are 0 or more, not {minutes}.")
    return round(minutes * MINUTE)
