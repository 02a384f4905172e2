"""Kinds of metrics. Each is one SQL statement of *samples*: one row for each thing that counts, on the day it counts.

Readings are sums of samples, live figures are sums of samples, and the rows behind a number are the samples themselves:
that is why they agree. A sample has COLUMNS; segments and the metric's filter are joined on later, alike for all kinds.
What a kind is asked with and what it reads is declared in `scorecard/rules/declarations.py`.
"""

from collections.abc import Callable, Mapping

from scorecard.kinds import closings, conversion, handoffs, sourced, stock
from scorecard.kinds.base import COLUMNS, Question, Statement

__all__ = ["COLUMNS", "KINDS", "Question", "Statement", "samples"]

KINDS: Mapping[str, Callable[[Question], Statement]] = {
    "conversion": conversion.conversion,
    "win_rate": closings.win_rate,
    "average_deal": closings.average_deal,
    "cycle": closings.cycle,
    "velocity": stock.velocity,
    "aging": stock.aging,
    "acceptance": handoffs.acceptance,
    "acted": handoffs.acted,
    "attainment": handoffs.attainment,
    "first_touch": handoffs.first_touch,
    "leakage": handoffs.leakage,
    "sourced": sourced.sourced,
}


def samples(question: Question) -> Statement:
    """The samples of a metric on some days. Raises KeyError for a kind, stage or seam that does not exist."""
    return KINDS[question.metric.kind](question)
