"""The course of a metric: its sums by day, and what they say for a stretch of days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from scorecard.kinds import MetricKind
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure, Totals, summed


@dataclass
class Course:
    """One metric for one segment value: its sums by day, and what was open before the first day."""

    kind: MetricKind
    before: Totals = field(default_factory=Totals)
    days: dict[date, Totals] = field(default_factory=dict)

    def opened_before(self, stock: Decimal, stock_days: Decimal) -> None:
        """So much more was open before the first day."""
        self.before = summed([self.before, Totals(stock=stock, stock_days=stock_days)])

    def figure(self, period: Period) -> Figure:
        """What the metric says for days within those read."""
        return next(self.figures([period]))

    def figures(self, buckets: Iterable[Period]) -> Iterator[Figure]:
        """What it says for one stretch of days after another, in order and without overlap: one pass over the days."""
        ordered = sorted(self.days)
        counted, stock, stock_days = 0, self.before.stock, self.before.stock_days
        for bucket in buckets:
            start, end = bisect_left(ordered, bucket.first), bisect_right(ordered, bucket.last)
            totals = summed(self.days[day] for day in ordered[start:end])
            if self.kind.has_stock:
                for day in ordered[counted:end]:
                    stock += self.days[day].stock
                    stock_days += self.days[day].stock_days
                counted = end
                totals = replace(totals, stock=stock, stock_days=stock_days)
            yield self.kind.figure(totals, bucket.last)


Courses = dict[str, dict[str, Course]]  # metric key → segment value → course
