"""Working hours: when something is due, how many working minutes passed, and why. Pure; every instant is in UTC.

An instant is working time when the clock on the wall, in the calendar's zone, shows a time inside one of that day's
windows and the day is no holiday; a single date may have windows of its own. So an hour the clocks skip is never
worked, and an hour they repeat is worked twice. A window over midnight is of the day on which it starts.
"""

from core.businesstime.working_hours import BadCalendar, Hours, WorkingCalendar, every_hour
from core.businesstime.working_time import NoWorkingHours, WorkStep, due_at, is_open, minutes_between, trace, turns

__all__ = ["BadCalendar", "Hours", "NoWorkingHours", "WorkStep", "WorkingCalendar"]
__all__ += ["due_at", "every_hour", "is_open", "minutes_between", "trace", "turns"]
