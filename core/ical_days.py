"""Whole days out of an iCal file (RFC 5545): what it gives, and what it does not and why. Pure."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from icalendar.parser import Contentlines
from icalendar.prop import vDate, vDuration, vRecur

LARGEST = 1_000_000  # bytes
MOST_EVENTS, MOST_DAYS, LONGEST_EVENT = 5_000, 400, 62
YEARS_AHEAD = 4
LAST_YEAR = 9_000  # an event that begins in the last years there are has no end
MOST_TIMES = 9_999
LONGEST_RULE = 500  # letters of how an event repeats


class NoCalendar(ValueError):
    """The file is no iCal file, with the reason."""

    code = "no_calendar"


@dataclass
class IcalDays:
    """`days` with their labels, in order; `refused` with the event's words and why it gives no day."""

    days: dict[date, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


Event = Mapping[str, str]  # what is said, by name of the property


def coming_days(content: bytes, today: date) -> IcalDays:
    """Those of this year and of the next four. Raises NoCalendar."""
    last = today.replace(year=today.year + YEARS_AHEAD, month=12, day=31)
    return ical_days(content, today.replace(month=1, day=1), last)


def ical_days(content: bytes, first: date, last: date) -> IcalDays:
    """The whole days from `first` to `last` that the file's events fill. Events with hours are refused, those of years
    repeat. Raises NoCalendar."""
    if len(content) > LARGEST:
        raise NoCalendar(f"A calendar has at most {LARGEST // 1_000_000} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoCalendar("The file is not written in UTF-8.") from None
    if "BEGIN:VCALENDAR" not in text.upper():
        raise NoCalendar("This is no iCal file: it does not begin with BEGIN:VCALENDAR.")
    found = IcalDays()
    for number, event in enumerate(_events(text)):
        label = _words(event)
        if number >= MOST_EVENTS:
            found.refused.append((label, f"the file has more than {MOST_EVENTS:,} events"))
            break
        try:
            days = [day for day in _days_of(event, first, last) if first <= day <= last]
        except ValueError as why:
            found.refused.append((label, str(why)))
            continue
        if not days:
            found.refused.append((label, f"it is not between {first:%-d %b %Y} and {last:%-d %b %Y}"))
        elif len(found.days.keys() | set(days)) > MOST_DAYS:
            found.refused.append((label, f"there are {MOST_DAYS} days already"))
        else:
            found.days = {**dict.fromkeys(days, label[:120]), **found.days}
    found.days = dict(sorted(found.days.items()))
    return found


def _events(text: str) -> Iterator[Event]:
    """The events; what is inside one, such as an alarm, is passed over. The library reads lines and values, not whole
    calendars: those would keep each file's time zones for everybody."""
    event: dict[str, str] | None = None
    inside: list[str] = []
    for line in Contentlines.from_ical(text):
        try:
            name, _, value = line.parts() if line else ("", {}, "")
        except ValueError:
            continue
        name, value = name.upper(), value.strip()
        if name == "BEGIN":
            inside.append(value.upper())
            event = {} if inside[-1] == "VEVENT" else event
        elif name == "END" and inside:
            if inside.pop() == "VEVENT" and event is not None:
                yield event
                event = None
        elif event is not None and inside[-1] == "VEVENT":
            before = f"{event[name]}," if name == "EXDATE" and name in event else ""
            event[name] = before + value


def _words(event: Event) -> str:
    return " ".join(event.get("SUMMARY", "").replace("\0", "").split()) or "An event without a name"


def _days_of(event: Event, first: date, last: date) -> Iterator[date]:
    """The days of the event and of its repetitions from `first` to `last`. Raises ValueError saying why it has none."""
    if event.get("STATUS", "").upper() == "CANCELLED":
        raise ValueError("it is cancelled")
    if "RECURRENCE-ID" in event:
        raise ValueError("it moves one day of a series")
    if "DTSTART" not in event:
        raise ValueError("it has no day")
    starts = _day(event["DTSTART"])
    length = max((_day(event["DTEND"]) - starts).days if "DTEND" in event else _length(event), 1)
    if length > LONGEST_EVENT:
        raise ValueError(f"it is longer than {LONGEST_EVENT} days")
    left_out = {_day(each.strip()) for each in event.get("EXDATE", "").split(",") if each.strip()}
    if "RDATE" in event:
        raise ValueError("it repeats on days of its own")
    for begin in _repeated(starts, event.get("RRULE", ""), first, last):
        if begin not in left_out:
            yield from (begin + timedelta(days=more) for more in range(length))


def _day(written: str) -> date:
    if "T" in written.upper():
        raise ValueError("it has hours and is no whole day")
    try:
        day: date = vDate.from_ical(written)
    except ValueError:
        day = date.max
    if day.year > LAST_YEAR or not (written.isdecimal() and len(written) == 8):
        raise ValueError(f"“{written[:20]}” is no day")
    return day


def _length(event: Event) -> int:
    try:
        lasts: timedelta = vDuration.from_ical(event.get("DURATION", "P1D").upper())
    except ValueError:
        raise ValueError("it does not say how long it lasts") from None
    if lasts.seconds:
        raise ValueError("it has hours and is no whole day")
    return lasts.days


def _repeated(starts: date, written: str, first: date, last: date) -> Iterator[date]:
    """The days on which it begins, year by year from the one before `first`: no rule is walked that may be asked for
    centuries of seconds."""
    if len(written) > LONGEST_RULE:
        raise ValueError("how it repeats cannot be read")
    try:
        rule = vRecur.from_ical(written.upper())
        [until] = rule.get("UNTIL", [last])
        until = min(last, until.date() if isinstance(until, datetime) else until)
    except (TypeError, ValueError):
        raise ValueError("how it repeats cannot be read") from None
    same = {"BYMONTH": [starts.month], "BYMONTHDAY": [starts.day]}
    plain = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
    if rule and (rule.get("FREQ") != ["YEARLY"] or any(rule[name] != same.get(name) for name in rule.keys() - plain)):
        raise ValueError("it repeats otherwise than on the same day each year")
    every, times = (_number(rule.get(name, [usual])) for name, usual in (("INTERVAL", 1), ("COUNT", 999)))
    for place in range(max(0, (first.year - 1 - starts.year) // every), times if rule else 1):
        year = starts.year + place * every
        if year > until.year:
            return
        if (starts.month, starts.day) == (2, 29) and not isleap(year):
            continue
        begin = starts.replace(year=year)
        if begin <= until or not rule:
            yield begin


def _number(said: list[int]) -> int:
    if len(said) != 1 or not 0 < said[0] <= MOST_TIMES:
        raise ValueError(f"“{', '.join(map(str, said))[:20]}” is no number of times")
    return said[0]
