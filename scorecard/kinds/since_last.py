"""Kind that tells how long nothing has happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from blueprint.schema import Blueprint, MetricTerms
from core.sql import Fragment
from scorecard.kinds.measure_parameters import CountOf
from scorecard.kinds.measures import Measure
from scorecard.rules.totals import EPOCH, Totals, exact

if TYPE_CHECKING:
    from scorecard.kinds import Question


class SinceLast(Measure):
    """How many days have passed since something last happened. Unknown until it has once."""

    parameters = CountOf
    statement = "since_last"
    formula = "days from the last thing to the end of the period"
    unit = "days"
    brings = ()
    has_stock = True

    def segments(self, metric: MetricTerms, blueprint: Blueprint) -> frozenset[str]:
        """None: days are added up from one thing to the next, whosever they are."""
        return frozenset()

    def is_kept(self, question: Question) -> bool:
        """What is told late changes what the next one adds, on another day."""
        return False

    def sums(self, question: Question) -> dict[str, Fragment | str]:
        return {}

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return exact((day - EPOCH).days - totals.stock_days) if totals.stock else None
