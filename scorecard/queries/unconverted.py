"""Money that is in no figure, because its currency has no rate on its day."""

from __future__ import annotations

from dataclasses import dataclass

from blueprint.schema import MetricTerms
from core.sql import load
from scorecard import sets
from scorecard.queries.boards import Board
from scorecard.rules.days import Days
from scorecard.rules.periods import Period

UNCONVERTED = load("scorecard", "unconverted")


@dataclass(frozen=True)
class WithoutRate:
    """A currency without a rate, and how many have money in it that is not added."""

    currency: str
    count: int


def unconverted_by_currency(
    board: Board, metric: MetricTerms, period: Period, *, segment: str = "", value: str = ""
) -> tuple[WithoutRate, ...]:
    """The commonest currency first. One query."""
    question = board.question(metric, Days.between(period.first, period.last))
    samples = sets.rows(question, segment=segment, value=value, part="unconverted")
    found = UNCONVERTED.fill(samples=samples).rows(own_currency=board.workspace.currency)
    return tuple(WithoutRate(currency, count) for currency, count in found)
