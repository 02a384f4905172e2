"""Everything a page, the API or another app wants to know of the scorecard. One number per metric: all of these start
from `readings.courses`, and the rows behind a number are the samples it was added up from."""

from scorecard.queries.ages import StageAges, ages_by_stage
from scorecard.queries.boards import Board, board_of
from scorecard.queries.cards import MetricCard
from scorecard.queries.funnel import Funnel, funnel
from scorecard.queries.funnel_rows import StepQuestion, StepRows, step_rows
from scorecard.queries.headline import Scorecard, scorecard
from scorecard.queries.measured import Measured, measured
from scorecard.queries.rows_behind import Behind, rows_behind
from scorecard.queries.seam_detail import seam_page
from scorecard.queries.tried import TriedMetric, tried, tried_definition

__all__ = ["Behind", "Board", "Funnel", "Measured", "MetricCard", "Scorecard", "StageAges", "StepQuestion", "StepRows"]
__all__ += ["ages_by_stage", "board_of", "funnel", "measured", "rows_behind", "scorecard", "seam_page", "step_rows"]
__all__ += ["TriedMetric", "tried", "tried_definition"]
