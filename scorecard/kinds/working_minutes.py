"""Working time between two moments of a row, in SQL: the calendar's windows as arrays, each moment found in them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from core.businesstime import WorkingCalendar
from core.businesstime.instants import SECOND
from core.businesstime.stepping import year_in
from core.sql import Fragment

FIRST_YEAR = 2_000  # what began before is not counted: nobody's working hours of then are known
# `width_bucket` finds the window by halves; the window's working time before it was added up once.
WORKED = """(%(worked)s::bigint[])[{place}]
    + least({at}, (%(closes)s::bigint[])[{place}]) - (%(opens)s::bigint[])[{place}]"""


class Windows(NamedTuple):
    """Working windows in order, as microseconds since 1970, and the working time before each.

    Written as PostgreSQL reads arrays: thousands of numbers in a list would each be a node of every plan."""

    opens: str
    closes: str
    worked: str


def worked_between(calendar: WorkingCalendar, start: str, end: str, at: datetime) -> Fragment:
    """Working seconds from one column to another; null where either is null or lies before the first window."""
    windows = windows_of_years(calendar, at.year + 1)
    moments = [f"(extract(epoch from {moment}) * {SECOND})::bigint" for moment in (start, end)]
    before, after = (
        WORKED.format(at=moment, place=f"nullif(width_bucket({moment}, %(opens)s::bigint[]), 0)") for moment in moments
    )
    return Fragment(f"(({after}) - ({before})) / {SECOND}.0", {**windows._asdict(), "calendar": told(calendar)})


def told(calendar: WorkingCalendar) -> str:
    """What a calendar says, in words that are the same in every process: a set has another order in each."""
    return repr((calendar.time_zone, calendar.weekly, sorted(calendar.holidays), sorted(calendar.special)))


@lru_cache(maxsize=64)
def windows_of_years(calendar: WorkingCalendar, last_year: int) -> Windows:
    """The windows from the first year to the end of the last one."""
    opens: list[int] = []
    closes: list[int] = []
    worked: list[int] = []
    total = 0
    for number in range(FIRST_YEAR, last_year + 1):
        year = year_in(calendar, number)
        opens.extend(year.starts)
        closes.extend(year.ends)
        worked.extend(total + before for before in year.before)
        total += year.total
    return Windows(*("{" + ",".join(map(str, numbers)) + "}" for numbers in (opens, closes, worked)))
