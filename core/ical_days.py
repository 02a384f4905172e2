"""Whole days out of an iCal file (RFC 5545): what it gives, and what it does not and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

LARGEST = 1_000_000  # bytes
MOST_EVENTS, MOST_DAYS, LONGEST_EVENT = 5_000, 400, 62
YEARS_AHEAD = 4
LAST_YEAR = 9_000  # an event that begins in the last years there are has no end
ESCAPED = re.compile(r"\\([\\;,nN])")
LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;]*))*):(.*)', re.DOTALL)


class NoCalendar(ValueError):
    """The file is no iCal file, with the reason."""

    code = "no_calendar"


@dataclass
class IcalDays:
    """`days` with their labels, in order; `refused` with the event's words and why it gives no day."""

    days: dict[date, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


Event = Mapping[str, tuple[str, str]]  # by name of the property, its parameters and value


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
            days = [day for day in _days_of(event, last) if first <= day <= last]
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
    """The events; what is inside one, such as an alarm, is passed over."""
    event: dict[str, tuple[str, str]] | None = None
    inside: list[str] = []
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        if not (told := LINE.fullmatch(line)):
            continue
        name, parameters, value = told[1].upper(), told[2].upper(), told[3]
        if name == "BEGIN":
            inside.append(value.strip().upper())
            event = {} if inside[-1] == "VEVENT" else event
        elif name == "END" and inside:
            if inside.pop() == "VEVENT" and event is not None:
                yield event
                event = None
        elif event is not None and inside[-1] == "VEVENT":
            before = f"{event[name][1]}," if name == "EXDATE" and name in event else ""
            event[name] = parameters, before + value


def _words(event: Event) -> str:
    said = event.get("SUMMARY", ("", ""))[1].replace("\0", "")
    return ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], said).strip() or "An event without a name"


def _days_of(event: Event, last: date) -> Iterator[date]:
    """Every day of the event and of its repetitions up to `last`. Raises ValueError saying why it gives none."""
    if event.get("STATUS", ("", ""))[1].strip().upper() == "CANCELLED":
        raise ValueError("it is cancelled")
    if "RECURRENCE-ID" in event:
        raise ValueError("it moves one day of a series")
    if "DTSTART" not in event:
        raise ValueError("it has no day")
    starts = _day(*event["DTSTART"])
    ends = _day(*event["DTEND"]) if "DTEND" in event else starts + timedelta(days=_length(event))
    length = max((ends - starts).days, 1)
    if length > LONGEST_EVENT:
        raise ValueError(f"it is longer than {LONGEST_EVENT} days")
    left_out = {_day("", each) for each in event.get("EXDATE", ("", ""))[1].split(",") if each.strip()}
    if "RDATE" in event:
        raise ValueError("it repeats on days of its own")
    for begin in _repeated(starts, event.get("RRULE", ("", ""))[1], last):
        if begin not in left_out:
            yield from (begin + timedelta(days=more) for more in range(length))


def _day(parameters: str, value: str) -> date:
    written = value.strip()
    if not re.fullmatch(r"[0-9]{8}", written):
        raise ValueError("it has hours and is no whole day")
    try:
        if int(written[:4]) > LAST_YEAR:
            raise ValueError
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        raise ValueError(f"“{written}” is no day") from None


def _length(event: Event) -> int:
    said = event.get("DURATION", ("", ""))[1].strip().upper() or "P1D"
    if not (told := re.fullmatch(r"P([0-9]{1,3})([DW])", said)):
        raise ValueError("it has hours and is no whole day")
    return int(told[1]) * (7 if told[2] == "W" else 1)


def _repeated(starts: date, rule: str, last: date) -> Iterator[date]:
    """The days on which it begins, year by year."""
    said = dict(part.partition("=")[::2] for part in rule.strip().upper().split(";") if part)
    same = {"BYMONTH": str(starts.month), "BYMONTHDAY": str(starts.day)}
    plain = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
    if said and (said.get("FREQ") != "YEARLY" or any(said[name] != same.get(name) for name in said.keys() - plain)):
        raise ValueError("it repeats otherwise than on the same day each year")
    every, times = (_number(said.get(name, usual)) for name, usual in (("INTERVAL", "1"), ("COUNT", "999")))
    until = min(last, _day("", said["UNTIL"][:8])) if "UNTIL" in said else last
    for place in range(times if said else 1):
        year = starts.year + place * every
        if year > until.year:
            return
        if (starts.month, starts.day) == (2, 29) and not _is_leap(year):
            continue
        begin = starts.replace(year=year)
        if begin <= until or not said:
            yield begin


def _number(written: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", written):
        raise ValueError(f"“{written[:20]}” is no number of times")
    return int(written)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
