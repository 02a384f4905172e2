"""Which other days a period is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scorecard.rules.periods import Period

PREVIOUS, YEAR, CUSTOM = "previous", "year", "custom"
COMPARISONS = {PREVIOUS: "The period before", YEAR: "A year before", CUSTOM: "Other days"}


@dataclass(frozen=True)
class Comparison:
    """The days beside a period; none where there is nothing before it. `is_chosen`: somebody asked for them."""

    choice: str
    period: Period | None
    is_chosen: bool = True

    @property
    def label(self) -> str:
        """As a person says it."""
        if self.choice == CUSTOM and self.period:
            return self.period.label
        return COMPARISONS[self.choice].lower()


def comparison(period: Period, choice: str = "", first: date | None = None, last: date | None = None) -> Comparison:
    """The period before unless another choice is made; `custom` needs first and last."""
    if choice == CUSTOM and first and last:
        return Comparison(CUSTOM, Period(first, last))
    if choice == YEAR:
        return Comparison(YEAR, None if period.choice == "all" else _a_year_before(period))
    return Comparison(PREVIOUS, period.before, is_chosen=choice == PREVIOUS)


def _a_year_before(period: Period) -> Period | None:
    """The same days of the year before; 29 February is 28 February there."""
    days = [
        date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)
        for day in (period.first, period.last)
        if day.year > 1
    ]
    return Period(days[0], days[1]) if len(days) == 2 else None
