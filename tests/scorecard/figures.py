"""One number of the scorecard, for tests."""

from datetime import date

from scorecard import queries
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure


def figure_of(
    board: queries.Board, key: str, first: date, last: date, *, segment: str = "", segment_value: str = ""
) -> Figure:
    """What a metric says from the first day to the last, for the whole or one value of a segment."""
    board.check_countable(board.metric(key))
    period = Period(first, last)
    return queries.measured(board, board.metric(key), period, segment=segment, value=segment_value).figure
