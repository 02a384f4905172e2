"""Stepping over a calendar's windows, a year of UTC at a time; each year is worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.businesstime.instants import DAY, EPOCH, MINUTE, SECOND, moment, new_year
from core.businesstime.working_hours import WorkingCalendar, zone_of
from core.businesstime.year import Year

STRIDE = 6 * 3_600 * SECOND  # between two looks at a zone's offset; no zone shifts twice within it


def windows_of(calendar: WorkingCalendar, since: int, until: int) -> Iterator[tuple[int, int]]:
    """Windows within [since, until), cut at its edges; one that runs over New Year of UTC stays whole."""
    held: tuple[int, int] | None = None
    for number in range(moment(since).year, moment(until).year + 1) if since < until else ():
        for start, end in year_in(calendar, number).within(since, until):
            if held and held[1] == start:
                start = held[0]
            elif held:
                yield held
            held = start, end
    if held:
        yield held


def year_in(calendar: WorkingCalendar, number: int) -> Year:
    """One year's windows."""
    found = calendar.years.get(number)
    if found is None:
        found = calendar.years[number] = _compute_year(calendar, number)
    return found


def _compute_year(calendar: WorkingCalendar, number: int) -> Year:
    return Year.of(
        window
        for begins, ends, offset in _steady_stretches(calendar.time_zone, new_year(number), new_year(number + 1))
        for window in _stretch_windows(calendar, begins, ends, offset)
    )


@lru_cache(maxsize=1_024)
def _steady_stretches(time_zone: str, since: int, until: int) -> tuple[tuple[int, int, int], ...]:
    """[since, until) cut where the zone's clocks are changed: begin, end and the offset between, in microseconds."""
    zone = zone_of(time_zone)
    stretches, begins = [], since
    offset = _offset(zone, since)
    for look in range(since, until, STRIDE):
        upper = min(look + STRIDE, until)
        if _offset(zone, upper) == offset:
            continue
        lower = look
        while upper - lower > SECOND:
            middle = (lower + upper) // 2 // SECOND * SECOND
            lower, upper = (middle, upper) if _offset(zone, middle) == offset else (lower, middle)
        stretches.append((begins, upper, offset))
        begins, offset = upper, _offset(zone, upper)
    return (*stretches, (begins, until, offset))


def _stretch_windows(calendar: WorkingCalendar, begins: int, ends: int, offset: int) -> Iterator[tuple[int, int]]:
    """The windows of a stretch without a change of clocks: local time is UTC plus one offset. Those of the day before
    may go over midnight."""
    for day in range((begins + offset) // DAY - 1, (ends - 1 + offset) // DAY + 1):
        for opens, closes in calendar.minutes_on(date.fromordinal(day + EPOCH.toordinal())):
            start = max(day * DAY + opens * MINUTE - offset, begins)
            end = min(day * DAY + closes * MINUTE - offset, ends)
            if start < end:
                yield start, end


def _offset(zone: ZoneInfo, instant: int) -> int:
    shown = moment(instant).astimezone(zone).utcoffset()
    assert shown is not None
    return shown // timedelta(microseconds=1)
