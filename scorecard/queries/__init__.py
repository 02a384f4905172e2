"""Everything a page, the API or another app wants to know of the scorecard. One number per metric: all of these start
from `readings.courses`, and the rows behind a number are the samples it was added up from."""

from scorecard.queries.ages import StageAges, ages_by_stage
from scorecard.queries.boards import Board, board_of
from scorecard.queries.funnel import Band, Funnel, FunnelLine, Step, funnel
from scorecard.queries.funnel_rows import SeamPage, Traveller, seam_page, step_rows
from scorecard.queries.headline import MetricCard, Scorecard, scorecard, value
from scorecard.queries.measured import Bucket, Measured, Slice, Spread, measured
from scorecard.queries.rows_behind import Behind, RowBehind, rows_behind

__all__ = [
    "Band",
    "Behind",
    "Board",
    "Bucket",
    "MetricCard",
    "Funnel",
    "FunnelLine",
    "Measured",
    "RowBehind",
    "Scorecard",
    "SeamPage",
    "StageAges",
    "ages_by_stage",
    "Slice",
    "Spread",
    "Step",
    "Traveller",
    "board_of",
    "funnel",
    "measured",
    "rows_behind",
    "scorecard",
    "seam_page",
    "step_rows",
    "value",
]
