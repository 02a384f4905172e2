"""Working hours: when something is due, how many working minutes passed, and why. Pure; every instant is UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Calendar:
    """weekly: Monday first, seven tuples of ("09:00", "17:30") local times, "24:00" allowed as an end."""
    time_zone: str
    weekly: tuple[tuple[tuple[str, str], ...], ...]
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    starts_at: datetime
    ends_at: datetime


class NoWorkingHours(ValueError):
    code = "no_working_hours"


def due_at(calendar: Calendar, opened_at: datetime, minutes: float) -> datetime:
    """The instant by which `minutes` working minutes have passed; 0 minutes is opened_at itself. Raises NoWorkingHours."""
    raise NotImplementedError


def minutes_between(calendar: Calendar, a: datetime, b: datetime) -> float:
    raise NotImplementedError


def windows(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Window]:
    """Working windows overlapping [since, until), clipped, in order: for cumulative-minutes tables in SQL."""
    raise NotImplementedError



@dataclass(frozen=True, slots=True)
class Step:
    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: float
    left: float
    why: str


def trace(calendar: Calendar, opened_at: datetime, minutes: float) -> tuple[Step, ...]:
    raise NotImplementedError
