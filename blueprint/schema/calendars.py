"""When a team works."""

import datetime
from functools import cached_property
from typing import Annotated

from pydantic import Field

from blueprint.schema.part import Item, NamedItem, Part
from blueprint.schema.values import AsOne, Day, Fixed, Hours, Listed, Text
from core import businesstime

OneDay = Annotated[tuple[Hours, ...], Listed(8)]


class HolidayTerms(Item, title="Holiday"):
    """A day on which the calendar's clocks stand still."""

    named_by = ("date",)

    date: Annotated[datetime.date, Day(), Fixed()] = Field(title="Day")
    label: Annotated[str, Text(120, may_be_blank=True)] = Field(default="", title="Label")


class SpecialDay(Item, title="Special day"):
    """A single date with hours of its own: half a day, a Saturday that is worked, a day off that is no holiday."""

    named_by = ("date",)

    date: Annotated[datetime.date, Day(), Fixed()] = Field(title="Day")
    hours: OneDay = Field(default=(), title="Hours", description="Such as 09:00-13:00; none is a day off.")
    label: Annotated[str, Text(120, may_be_blank=True)] = Field(default="", title="Label")


class WeeklyHours(Part, title="Week"):
    """The windows of each day in local time, such as `09:00-12:30`."""

    mon: OneDay = Field(default=(), title="Monday")
    tue: OneDay = Field(default=(), title="Tuesday")
    wed: OneDay = Field(default=(), title="Wednesday")
    thu: OneDay = Field(default=(), title="Thursday")
    fri: OneDay = Field(default=(), title="Friday")
    sat: OneDay = Field(default=(), title="Saturday")
    sun: OneDay = Field(default=(), title="Sunday")


class CalendarTerms(NamedItem, title="Calendar"):
    """Working hours, holidays and the zone they are in."""

    row = "calendar"

    time_zone: Annotated[str, Text(60)] = Field(title="Time zone", description="Such as Europe/Berlin.")
    weekly: Annotated[WeeklyHours, AsOne()] = Field(title="Working hours")
    holidays: Annotated[tuple[HolidayTerms, ...], Listed(400)] = Field(default=(), title="Holidays")
    special_days: Annotated[tuple[SpecialDay, ...], Listed(400)] = Field(
        default=(),
        title="Special days",
        description="Single dates with hours of their own, whatever the week and the holidays say.",
    )

    @cached_property
    def hours(self) -> businesstime.WorkingCalendar:
        """The calendar as business time understands it. Raises BadCalendar."""
        days = (getattr(self.weekly, day) for day in WeeklyHours.model_fields)
        return businesstime.WorkingCalendar(
            time_zone=self.time_zone,
            weekly=tuple(map(_windows, days)),
            holidays=frozenset(each.date for each in self.holidays),
            special=tuple((each.date, _windows(each.hours)) for each in self.special_days),
        )


def _windows(spans: tuple[str, ...]) -> businesstime.Hours:
    return tuple((span[:5], span[6:]) for span in spans)
