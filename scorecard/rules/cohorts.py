"""Cohorts: of those that entered in one stretch of days, how many had converted at each age; and the curve of all.

Only what has reached an age is judged at it: a cohort's cell is blank until its last day has, and the curve leaves the
younger days out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from scorecard.rules.periods import Period
from scorecard.rules.totals import Totals, ratio, summed

WIDTHS = {"day": 1, "week": 7, "month": 30, "quarter": 90}  # days between two ages
MOST_AGES = 12


@dataclass(frozen=True)
class Cohort:
    """Who entered in these days. `shares`: converted within each age; None where not all have reached it."""

    period: Period
    entered: int
    converted: int
    shares: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Point:
    """Of the `entered` that have reached the age, how many had converted within it."""

    age: int
    entered: int
    share: Decimal | None


@dataclass(frozen=True)
class Cohorts:
    """A table of age by cohort, and the cumulative curve. `ages` are in days."""

    step: str
    ages: tuple[int, ...]
    rows: tuple[Cohort, ...]
    curve: tuple[Point, ...]


def cohorts_of(days: Mapping[date, Totals], period: Period, step: str, today: date) -> Cohorts | None:
    """From the sums of each day on which somebody entered; None where nobody did."""
    within = {day: totals for day, totals in days.items() if period.first <= day <= period.last and _entered(totals)}
    if not within:
        return None
    ages = tuple(_ages(within, WIDTHS[step], today))
    rows = tuple(_rows(within, period.buckets(step), ages, today))
    return Cohorts(step, ages, rows, tuple(_curve(within, ages, today)))


def _ages(days: Mapping[date, Totals], width: int, today: date) -> Iterator[int]:
    """As far as somebody has converted, and no further than somebody is old."""
    longest = max((measure for totals in days.values() for measure in totals.distribution), default=0)
    oldest = (today - min(days)).days - 1
    last = max(1, min(MOST_AGES, -(-longest // width), oldest // width))
    return (width * place for place in range(1, last + 1))


def _rows(days: Mapping[date, Totals], buckets: Iterator[Period], ages: Sequence[int], today: date) -> Iterator[Cohort]:
    for bucket in buckets:
        whole = summed(totals for day, totals in days.items() if bucket.first <= day <= bucket.last)
        entered = _entered(whole)
        if entered:
            shares = tuple(
                ratio(_within(whole, age), entered) if _has_reached(bucket.last, age, today) else None for age in ages
            )
            yield Cohort(bucket, entered, sum(whole.distribution.values()), shares)


def _curve(days: Mapping[date, Totals], ages: Sequence[int], today: date) -> Iterator[Point]:
    for age in (0, *ages):
        ripe = summed(totals for day, totals in days.items() if _has_reached(day, age, today))
        yield Point(age, _entered(ripe), ratio(_within(ripe, age), _entered(ripe)))


def _entered(totals: Totals) -> int:
    return int(totals.denominator + totals.aside)


def _within(totals: Totals, age: int) -> int:
    return sum(count for measure, count in totals.distribution.items() if measure <= age)


def _has_reached(day: date, age: int, today: date) -> bool:
    """Whether everything that may happen within the age has had its day."""
    return day + timedelta(days=age) < today
