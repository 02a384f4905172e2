"""Working hours, against tables of cases and against an oracle that looks at the wall clock minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.businesstime import (
    BadCalendar,
    NoWorkingHours,
    WorkingCalendar,
    due_at,
    every_hour,
    is_open,
    minutes_between,
    trace,
)
from core.businesstime.instants import DAY, MINUTE, instant_of
from core.businesstime.stepping import windows_of

OFFICE = ((("09:00", "17:00"),),) * 5 + ((), ())
SPLIT = ((("09:00", "12:00"), ("13:00", "17:30")),) * 5 + ((), ())
ALWAYS = ((("00:00", "24:00"),),) * 7
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)
BERLIN = WorkingCalendar("Europe/Berlin", OFFICE, frozenset({GOOD_FRIDAY, EASTER_MONDAY}))


def local(calendar: WorkingCalendar, written: str, fold: int = 0) -> datetime:
    """An instant told by the clock on the wall."""
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(calendar.time_zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("opened", "minutes", "due"),
    [
        ("2026-03-03 10:00", 60, "2026-03-03 11:00"),
        ("2026-03-03 16:00", 60, "2026-03-03 17:00"),  # the end of the day, not the next morning
        ("2026-03-03 16:30", 60, "2026-03-04 09:30"),
        ("2026-03-03 20:00", 30, "2026-03-04 09:30"),  # opened after hours
        ("2026-03-03 05:00", 30, "2026-03-03 09:30"),
        ("2026-03-06 16:30", 60, "2026-03-09 09:30"),  # over a weekend
        ("2026-03-07 12:00", 480, "2026-03-09 17:00"),
        ("2026-04-02 16:00", 120, "2026-04-07 10:00"),  # over Easter
        ("2026-03-27 16:00", 120, "2026-03-30 10:00"),  # clocks go forward on the 29th
        ("2026-10-23 16:00", 120, "2026-10-26 10:00"),  # clocks go back on the 25th
        ("2026-12-31 16:00", 120, "2027-01-01 10:00"),  # a new year; this calendar keeps no New Year's Day
        ("2026-03-03 10:00", 30 * 40 * 60, "2026-10-01 10:00"),  # thirty weeks of forty hours, and two days of Easter
    ],
)
def test_due_times_step_over_what_is_not_worked(opened: str, minutes: int, due: str) -> None:
    assert due_at(BERLIN, local(BERLIN, opened), minutes) == local(BERLIN, due)


@pytest.mark.parametrize(
    ("opened", "minutes", "due"),
    [
        ("2026-12-23 16:00", 120, "2026-12-24 10:00"),  # half a day on Christmas Eve
        ("2026-12-24 12:00", 120, "2026-12-28 10:00"),
        ("2026-12-11 16:30", 60, "2026-12-12 10:30"),  # an open Saturday
        ("2026-04-02 16:30", 60, "2026-04-03 12:30"),  # Good Friday is worked at noon
        ("2026-12-30 16:30", 60, "2027-01-01 09:30"),  # the thirty-first is off and no holiday
    ],
)
def test_a_single_date_may_have_hours_of_its_own(opened: str, minutes: int, due: str) -> None:
    special = {
        date(2026, 12, 24): (("09:00", "13:00"),),
        date(2026, 12, 12): (("10:00", "16:00"),),
        GOOD_FRIDAY: (("12:00", "15:00"),),
        date(2026, 12, 31): (),
    }
    calendar = WorkingCalendar("Europe/Berlin", OFFICE, BERLIN.holidays | {date(2026, 12, 25)}, (*special.items(),))
    assert due_at(calendar, local(calendar, opened), minutes) == local(calendar, due)
    steps = trace(calendar, local(calendar, opened), minutes)
    assert (steps[-1].ends_at, sum(step.minutes for step in steps)) == (local(calendar, due), minutes)


@pytest.mark.parametrize("opened", ["2026-03-03 10:00", "2026-03-07 12:00", "2026-03-03 17:00"])
def test_nothing_allowed_is_due_at_once(opened: str) -> None:
    assert due_at(BERLIN, local(BERLIN, opened), 0) == local(BERLIN, opened)


def test_a_split_day_pauses_for_lunch() -> None:
    calendar = WorkingCalendar("Europe/Berlin", SPLIT)
    assert due_at(calendar, local(calendar, "2026-03-03 11:30"), 60) == local(calendar, "2026-03-03 13:30")
    assert minutes_between(calendar, local(calendar, "2026-03-03 09:00"), local(calendar, "2026-03-03 18:00")) == 450


def test_seconds_are_kept() -> None:
    opened = local(BERLIN, "2026-03-03 16:59:30")
    assert due_at(BERLIN, opened, 1) == local(BERLIN, "2026-03-04 09:00:30")
    assert minutes_between(BERLIN, opened, local(BERLIN, "2026-03-04 09:00:30")) == 1


def test_a_day_round_the_clock_has_as_many_hours_as_the_clocks_give_it() -> None:
    calendar = WorkingCalendar("Europe/Berlin", ALWAYS)
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)):
        start = local(calendar, f"{day} 00:00")
        end = local(calendar, f"{date.fromisoformat(day) + timedelta(days=1)} 00:00")
        assert minutes_between(calendar, start, end) == hours * 60
        assert due_at(calendar, start, hours * 60) == end


def test_an_hour_the_clocks_skip_is_not_worked_and_one_they_repeat_is_worked_twice() -> None:
    calendar = WorkingCalendar("Europe/Berlin", ((("02:30", "04:00"),),) * 7)
    assert due_at(calendar, local(calendar, "2026-03-29 00:00"), 60) == local(calendar, "2026-03-29 04:00")
    nights = WorkingCalendar("Europe/Berlin", ((("02:00", "02:30"),),) * 7)
    opened = local(nights, "2026-10-25 01:00")
    assert due_at(nights, opened, 30) == local(nights, "2026-10-25 02:30", fold=0)
    assert due_at(nights, opened, 60) == local(nights, "2026-10-25 02:30", fold=1)


@pytest.mark.parametrize("week", [((("00:00", "06:00"), ("22:00", "24:00")),) * 7, ((("22:00", "06:00"),),) * 7])
def test_a_night_shift_counts_as_one_stretch(week: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    calendar = WorkingCalendar("Asia/Tokyo", week)
    opened = local(calendar, "2026-03-03 22:00")
    assert due_at(calendar, opened, 480) == local(calendar, "2026-03-04 06:00")
    assert len(list(windows_of(calendar, instant_of(opened), instant_of(opened) + DAY))) == 1


@pytest.mark.parametrize(
    ("opened", "minutes", "due"),
    [
        ("2026-03-02 23:00", 180, "2026-03-03 02:00"),  # Monday's night ends on Tuesday
        ("2026-03-06 23:00", 480, "2026-03-09 23:00"),  # Friday's goes into Saturday, which has none of its own
        ("2026-04-02 23:00", 480, "2026-04-06 23:00"),  # Thursday's is worked into Good Friday, which has none
        ("2026-03-28 23:00", 60, "2026-03-30 23:00"),  # a weekend
        ("2026-10-23 23:00", 420, "2026-10-24 06:00"),
        ("2026-03-30 01:00", 60, "2026-03-30 23:00"),  # nobody worked the night to Monday
        ("2026-11-12 20:00", 240, "2026-11-13 00:00"),  # a late shift of a single date begins earlier
    ],
)
def test_a_night_is_of_the_day_on_which_it_starts(opened: str, minutes: int, due: str) -> None:
    nights = (((("22:00", "06:00"),),) * 5) + ((), ())
    late = (date(2026, 11, 12), (("20:00", "02:00"),))
    calendar = WorkingCalendar("Europe/Berlin", nights, frozenset({GOOD_FRIDAY}), (late,))
    assert due_at(calendar, local(calendar, opened), minutes) == local(calendar, due)


def test_a_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    calendar = WorkingCalendar("Europe/Berlin", ((("22:00", "06:00"),),) * 7)
    for day, minutes in (("2026-03-28", 420), ("2026-10-24", 540)):
        opened = local(calendar, f"{day} 22:00")
        ends = local(calendar, f"{date.fromisoformat(day) + timedelta(days=1)} 06:00")
        assert (due_at(calendar, opened, minutes), minutes_between(calendar, opened, ends)) == (ends, minutes)


def test_every_hour_is_the_clock_on_the_wall() -> None:
    opened = local(BERLIN, "2026-03-28 23:30")
    assert due_at(every_hour("Europe/Berlin"), opened, 1_500) == opened + timedelta(minutes=1_500)


@pytest.mark.parametrize("weekly", [((),) * 7, OFFICE])
def test_a_calendar_that_never_opens_says_so(weekly: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    every_day = frozenset(date(2020, 1, 1) + timedelta(days=n) for n in range(40_000))
    with pytest.raises(NoWorkingHours):
        due_at(WorkingCalendar("UTC", weekly, every_day), datetime(2026, 3, 3, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Atlantis", ("09:00", "17:00")),
        ("", ("09:00", "17:00")),
        ("UTC", ("24:00", "09:00")),
        ("UTC", ("09:00", "09:00")),
        ("UTC", ("9", "17:00")),
        ("UTC", ("09:00", "24:01")),
        ("UTC", ("09:60", "17:00")),
    ],
)
def test_hours_that_cannot_be_read_are_refused(zone: str, hours: tuple[str, str]) -> None:
    with pytest.raises(BadCalendar):
        WorkingCalendar(zone, ((hours,),) * 7)


def test_overlapping_hours_and_short_weeks_are_refused() -> None:
    with pytest.raises(BadCalendar, match="overlap"):
        WorkingCalendar("UTC", ((("09:00", "12:00"), ("11:00", "17:00")),) * 7)
    with pytest.raises(BadCalendar, match="seven"):
        WorkingCalendar("UTC", OFFICE[:6])


def test_time_without_a_zone_and_negative_minutes_are_mistakes() -> None:
    with pytest.raises(TypeError):
        due_at(BERLIN, datetime(2026, 3, 3), 1)  # noqa: DTZ001 # the mistake itself
    with pytest.raises(ValueError, match="0 or more"):
        due_at(BERLIN, datetime(2026, 3, 3, tzinfo=UTC), -1)


def test_the_trace_tells_why_it_is_due_then() -> None:
    opened = local(BERLIN, "2026-04-02 16:00")
    told = [(step.on.isoformat(), step.minutes, step.left, step.why) for step in trace(BERLIN, opened, 120)]
    assert told == [
        ("2026-04-02", 60, 60, "working time"),
        ("2026-04-03", 0, 60, "holiday"),
        ("2026-04-04", 0, 60, "no working hours on this day"),
        ("2026-04-05", 0, 60, "no working hours on this day"),
        ("2026-04-06", 0, 60, "holiday"),
        ("2026-04-07", 60, 0, "working time"),
    ]


def test_the_trace_of_something_opened_after_hours_says_so() -> None:
    first, second = trace(BERLIN, local(BERLIN, "2026-03-03 20:00"), 30)
    assert (first.why, second.why) == ("after working hours", "working time")


# --- against the wall clock -----------------------------------------------------------------------------------------

# A zone and a day near which something odd happens to its clocks.
ODD_DAYS = {
    "Europe/Berlin": ["2026-03-28", "2026-10-24", "2025-12-30"],
    "America/New_York": ["2026-03-07", "2026-10-31"],
    "Australia/Lord_Howe": ["2026-04-04", "2026-10-03"],  # half an hour
    "America/Sao_Paulo": ["2018-11-03", "2018-02-17"],  # at midnight
    "Asia/Beirut": ["2026-03-28", "2026-10-24"],  # at midnight
    "Africa/Casablanca": ["2026-02-14", "2026-03-21"],
    "Pacific/Apia": ["2011-12-29", "2026-01-01"],  # a day that never was
    "Pacific/Chatham": ["2026-04-04", "2026-09-26"],  # quarter hours
    "Asia/Kolkata": ["2026-03-28", "2027-12-31"],
    "America/St_Johns": ["2006-10-28", "2026-03-07"],  # one minute past midnight, then
    "UTC": ["2025-12-31"],
}
TIMES = st.integers(0, 96).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """The windows of one day: none, one, or several that do not overlap, some of which touch; the last perhaps over
    midnight."""
    edges = sorted(draw(st.sets(TIMES, max_size=6)))
    windows = list(zip(edges[::2], edges[1::2], strict=False))
    if len(edges) % 2 and "00:00" < edges[-1] < "24:00":
        windows.append((edges[-1], draw(TIMES.filter(lambda end: end < edges[-1]))))
    return tuple(windows)


@st.composite
def situations(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime]:
    """A calendar, and a whole minute near an odd day of its zone."""
    zone = draw(st.sampled_from(sorted(ODD_DAYS)))
    start = datetime.fromisoformat(draw(st.sampled_from(ODD_DAYS[zone]))).replace(tzinfo=UTC)
    near = st.integers(-1, 6).map(lambda n: (start + timedelta(days=n)).date())
    special = tuple(draw(st.dictionaries(near, days(), max_size=3)).items())
    holidays = draw(st.frozensets(st.integers(0, 6).map(lambda n: (start + timedelta(days=n)).date()), max_size=2))
    weekly = tuple(draw(st.tuples(*[days() | st.just((("09:00", "17:00"),)) | st.just((("00:00", "24:00"),))] * 7)))
    return WorkingCalendar(zone, weekly, holidays, special), start + timedelta(minutes=draw(st.integers(-600, 2_880)))


def works(calendar: WorkingCalendar, at: datetime) -> bool:
    """The oracle: what the clock on the wall shows decides."""
    shown = at.astimezone(ZoneInfo(calendar.time_zone))
    minute = f"{shown.hour:02}:{shown.minute:02}"
    today, night = hours_on(calendar, shown.date()), hours_on(calendar, shown.date() - timedelta(days=1))
    return any(start <= minute and (minute < end or end < start) for start, end in today) or any(
        minute < end < start for start, end in night
    )


def hours_on(calendar: WorkingCalendar, day: date) -> tuple[tuple[str, str], ...]:
    """The windows that start on a day."""
    usual = () if day in calendar.holidays else calendar.weekly[day.weekday()]
    return dict(calendar.special).get(day, usual)


@settings(max_examples=120)
@given(situations(), st.integers(1, 1_500))
def test_due_times_agree_with_the_wall_clock(situation: tuple[WorkingCalendar, datetime], allowed: int) -> None:
    calendar, opened = situation
    at, left, worked = opened, allowed, 0
    while left and at < opened + timedelta(days=4):
        now_works = works(calendar, at)
        assert now_works == is_open(calendar, at)
        at += timedelta(minutes=1)
        left -= now_works
        worked += now_works
    assert minutes_between(calendar, opened, at) == worked
    if worked:
        assert due_at(calendar, opened, worked) <= at
        assert minutes_between(calendar, opened, due_at(calendar, opened, worked)) == worked
    if not left:
        assert due_at(calendar, opened, allowed) == at


@settings(max_examples=200)
@given(situations(), st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_longer_sla_is_never_due_earlier_and_lengths_add_up(
    situation: tuple[WorkingCalendar, datetime], first: int, second: int
) -> None:
    calendar, opened = situation
    if not calendar.has_a_week:
        return
    due = due_at(calendar, opened, first)
    later = due_at(calendar, opened, first + second)
    assert opened <= due <= later
    assert due_at(calendar, due, second) == later
    assert minutes_between(calendar, opened, later) == first + second
    assert minutes_between(calendar, later, opened) == -(first + second)


@settings(max_examples=200)
@given(situations(), st.integers(0, 6_000))
def test_the_trace_adds_up_to_the_due_time(situation: tuple[WorkingCalendar, datetime], allowed: int) -> None:
    calendar, opened = situation
    if not calendar.has_a_week:
        return
    steps = trace(calendar, opened, allowed)
    assert sum(step.minutes for step in steps) == allowed
    assert (steps[-1].left, steps[-1].ends_at) == (0, due_at(calendar, opened, allowed))
    assert [step.on for step in steps] == sorted(step.on for step in steps)


@settings(max_examples=100)
@given(situations(), st.integers(0, 20_000))
def test_windows_are_in_order_and_apart_and_hold_all_the_working_time(
    situation: tuple[WorkingCalendar, datetime], length: int
) -> None:
    calendar, since = situation
    opened, closed = instant_of(since), instant_of(since) + length * MINUTE
    found = list(windows_of(calendar, opened, closed))
    assert all(opened <= start < end <= closed for start, end in found)
    assert all(earlier[1] < later[0] for earlier, later in zip(found, found[1:], strict=False))
    total = sum(end - start for start, end in found)
    assert total / MINUTE == minutes_between(calendar, since, since + timedelta(minutes=length))


def test_calendars_of_the_same_content_are_one() -> None:
    assert WorkingCalendar("UTC", OFFICE) == WorkingCalendar("UTC", OFFICE)
    assert hash(WorkingCalendar("UTC", OFFICE)) == hash(WorkingCalendar("UTC", OFFICE))
