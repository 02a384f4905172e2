"""Everything a page, the API or another app wants to know of the scorecard. One number per metric: all of these start
from `readings.courses`, and the rows behind a number are the samples it was added up from."""

from scorecard.queries.boards import Board, board_of
from scorecard.queries.headline import Card, Scorecard, scorecard, value
from scorecard.queries.measured import Bucket, Measured, Slice, Spread, measured
from scorecard.queries.rows import Behind, RowBehind, rows_behind

__all__ = [
    "Behind",
    "Board",
    "Bucket",
    "Card",
    "Measured",
    "RowBehind",
    "Scorecard",
    "Slice",
    "Spread",
    "board_of",
    "measured",
    "rows_behind",
    "scorecard",
    "value",
]
