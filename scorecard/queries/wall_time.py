"""The same figure by the clock on the wall, beside one that is told in working time."""

from __future__ import annotations

from blueprint.schema import MetricTerms
from scorecard import sets
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.queries.readings import totals_of
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure, summed


def on_the_clock(
    board: Board, metric: MetricTerms, period: Period, *, segment: str = "", value: str = ""
) -> Figure | None:
    """What the metric says where every minute counts; None where it does so anyway. One query, of the rows."""
    other = kind_of(metric).by_the_clock(metric)
    if other is None:
        return None
    question = board.question(other, Days.between(period.first, period.last))
    found = [totals_of(*sums) for _, _, name, *sums in sets.folded(question, (segment,)).rows() if name == value]
    return kind_of(other).figure(summed(found), period.last)
