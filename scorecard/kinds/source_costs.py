"""Kind that tells what sources cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from blueprint.schema import Blueprint, MetricTerms
from core.figures import number
from scorecard.kinds.kind import UNCONVERTED, Filled, MetricKind
from scorecard.kinds.parameters import Parameters
from scorecard.rules.totals import Figure, Totals, exact

if TYPE_CHECKING:
    from scorecard.kinds import Question


class NothingAsked(Parameters):
    """No parameters."""


class Cost(MetricKind):
    """What sources cost, as it is written down by the month; unknown where no cost is. With a formula it tells the cost
    of a lead, or of what was won, by source."""

    parameters = NothingAsked
    unit = "money"
    money = "numerator"
    stage_parts = frozenset()
    is_of_records = False
    is_light = True
    brings = ("currency",)
    formula = "sum of the days' parts of monthly costs; unknown where there is none"
    parts = {"counted": "Days with a cost", "unconverted": UNCONVERTED}
    is_split = False
    tells_known = False  # type: ignore[assignment] # of this kind whatever it is asked

    def segments(self, metric: MetricTerms, blueprint: Blueprint) -> frozenset[str]:
        """Costs are nobody's: only of a source, in a currency."""
        return frozenset({"source", "currency"})

    def filled(self, question: Question) -> Filled:
        return {"near": question.near("spent.begins_at")}, {}

    def is_kept(self, question: Question) -> bool:
        """They are few, and a cost of the past may be written at any time."""
        return False

    def adds_up(self) -> bool:
        return True

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return exact(Decimal(totals.numerator)) if totals.amounts else None

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.amounts, 0)} days with a cost{self.beside(figure)}"
