"""When a team works: the week, its holidays and the zone, read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.businesstime.year import Year

Hours = tuple[tuple[str, str], ...]
DAY = 1_440  # minutes


class BadCalendar(ValueError):
    """Working hours that cannot be read, with the reason."""

    code = "bad_calendar"


@dataclass(frozen=True)
class WorkingCalendar:
    """When a team works: for each day of the week, Monday first, windows such as ("09:00", "17:30") in local time.

    A day may be split into several windows; "24:00" ends a window at midnight, and one that ends before it starts goes
    over midnight: it is of the day on which it starts, whatever the next one is. `special` are single dates with hours
    of their own, none of them for a day off, whatever else is said of that day. Raises BadCalendar.
    """

    time_zone: str
    weekly: tuple[Hours, ...]
    holidays: frozenset[date] = frozenset()
    special: tuple[tuple[date, Hours], ...] = ()
    minutes: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    """The week as minutes after midnight."""
    single: dict[date, tuple[tuple[int, int], ...]] = field(init=False, repr=False, compare=False)
    """The single dates with hours of their own, as minutes after midnight; holidays have none."""
    is_never_open: bool = field(init=False, repr=False, compare=False)
    """Whether no day at all has working hours."""
    has_a_week: bool = field(init=False, repr=False, compare=False)
    """Whether some day of the week has hours, so that there is always another one: single dates end."""
    years: dict[int, Year] = field(init=False, repr=False, compare=False)
    """The years worked out so far, shared by all calendars of the same content."""

    def __post_init__(self) -> None:
        zone_of(self.time_zone)
        if len(self.weekly) != 7:
            raise BadCalendar("Working hours are given for seven days, Monday first.")
        object.__setattr__(self, "minutes", tuple(_minutes_of(hours) for hours in self.weekly))
        single = {day: _minutes_of(hours) for day, hours in self.special}
        object.__setattr__(self, "single", dict.fromkeys(self.holidays, ()) | single)
        object.__setattr__(self, "is_never_open", not any(self.minutes) and not any(self.single.values()))
        object.__setattr__(self, "has_a_week", any(self.minutes))
        object.__setattr__(self, "years", _shared_years(self))

    def minutes_on(self, day: date) -> tuple[tuple[int, int], ...]:
        """The windows that start on a day, as minutes after its midnight; those over the next one end after 1,440."""
        found = self.single.get(day)
        return self.minutes[day.weekday()] if found is None else found


@lru_cache(maxsize=512)
def _shared_years(calendar: WorkingCalendar) -> dict[int, Year]:
    """One store of years for all calendars of the same content."""
    return {}


@lru_cache(maxsize=1_024)
def every_hour(time_zone: str) -> WorkingCalendar:
    """Hours that never close, so that working time is the time on the wall. Raises BadCalendar."""
    return WorkingCalendar(time_zone, ((("00:00", "24:00"),),) * 7)


@lru_cache(maxsize=1_024)
def zone_of(time_zone: str) -> ZoneInfo:
    """The zone of this name. Raises BadCalendar."""
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, a folder of the zone database
        raise BadCalendar(f"“{time_zone}” is not a time zone.") from error


@lru_cache(maxsize=1_024)  # the days of a week are mostly alike, and calendars of one team too
def _minutes_of(hours: Hours) -> tuple[tuple[int, int], ...]:
    """A day's windows in minutes after midnight, checked: not empty, not overlapping; a night's end the day after."""
    given = [(_minute(start), _minute(end)) for start, end in hours]
    if any(start in (end, DAY) for start, end in given):
        raise BadCalendar("Working hours end after they start; a whole day is 00:00-24:00.")
    read = sorted((start, end if start < end else end + DAY) for start, end in given)
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
