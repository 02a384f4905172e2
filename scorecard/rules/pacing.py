"""How far a target of a month or quarter is to be reached by today, and whether the metric is ahead or behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from blueprint.schema.metrics import TargetTerms
from scorecard.rules.periods import DAY, Period, next_start, start_of
from scorecard.rules.totals import exact


@dataclass(frozen=True)
class Pace:
    """One target where it stands today. `period` is the whole month or quarter."""

    terms: TargetTerms
    period: Period
    value: Decimal | None
    expected: Decimal
    """What the value is to be by the end of today."""
    is_ahead: bool | None
    """None where there is no value yet."""
    team: str = ""
    """The name of the team whose target it is; blank is everybody."""

    @property
    def gap(self) -> Decimal | None:
        """How much more than expected; less is negative."""
        return None if self.value is None else exact(self.value - self.expected)

    @property
    def reached_ratio(self) -> Decimal | None:
        """Which share of the target has been reached."""
        return None if self.value is None or not self.terms.target else exact(self.value / self.terms.target)


def in_force(targets: Iterable[TargetTerms], today: date) -> Iterator[tuple[TargetTerms, Period]]:
    """For each team and each of month and quarter, the newest target that has begun, with its month or quarter."""
    newest: dict[tuple[str, str], TargetTerms] = {}
    for terms in targets:
        starts = terms.starts_on or date.min
        known = newest.get((terms.team, terms.every))
        if starts <= today and (known is None or (known.starts_on or date.min) <= starts):
            newest[terms.team, terms.every] = terms
    for terms in newest.values():
        yield terms, Period(start_of(today, terms.every), next_start(today, terms.every) - DAY)


def pace(
    terms: TargetTerms, period: Period, today: date, value: Decimal | None, *, adds_up: bool, direction: str
) -> Pace:
    """Where a value stands. What adds up is expected in proportion to the days gone by, today with them; a share or a
    mean is expected to be at its target on any day."""
    gone = Decimal((today - period.first).days + 1)
    expected = exact(terms.target * gone / period.days) if adds_up else exact(terms.target)
    is_good = None if value is None else value >= expected if direction == "up" else value <= expected
    return Pace(terms, period, value, expected, is_good)
