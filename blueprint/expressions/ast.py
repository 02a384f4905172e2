"""The checked expression as a small typed tree: the one thing both readers walk, so that neither reads text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from blueprint.expressions.fields import Family
from core.businesstime.instants import instant_of

LEAST, MOST = 1e-9, 1e15  # a number beyond these is unknown to both readers

# One spelling of a day and of an instant, the latter always with its zone. PostgreSQL reads these patterns too.
DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
INSTANT = DAY + "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
DAY_WRITTEN, INSTANT_WRITTEN = re.compile(DAY), re.compile(INSTANT)


@dataclass(frozen=True, slots=True)
class Node:
    """One step. `value` is a literal's value, a field's key, a list's values, or the microseconds a date is moved by.

    Instants are microseconds since 1970 in UTC, lengths of time are microseconds, numbers are doubles. `is_day`: a day,
    as a calendar names it; its value is the instant at which it begins in UTC.
    """

    act: str
    family: Family
    parts: tuple[Node, ...] = ()
    value: Any = None
    is_day: bool = False

    def walk(self) -> Iterator[Node]:
        """This node and everything under it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def day(on: date) -> int:
    """Microseconds since 1970 of a day's beginning in UTC."""
    return (on.toordinal() - 719_163) * 86_400_000_000


def as_day(written: str) -> int | None:
    """The instant a written day begins in UTC, or None if it is no day of the calendar."""
    if not DAY_WRITTEN.fullmatch(written):
        return None
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return None


def as_instant(written: str) -> int | None:
    """The written instant, or None if it is none or does not tell its zone."""
    if not INSTANT_WRITTEN.fullmatch(written):
        return None
    try:
        return instant_of(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        return None
