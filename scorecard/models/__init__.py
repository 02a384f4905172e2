"""Metric definitions, their readings, money, and who looks at them."""

from scorecard.models.kept_boards import BoardMail, BoardMailing, MetricBoard, ScorecardView
from scorecard.models.money import ExchangeRate, SourceCost
from scorecard.models.reading_series import DirtyDay, FoldMark, Metric, Reading, ReadingSeries
from scorecard.models.seam_targets import LeakEntry, SeamTarget

__all__ = [
    "BoardMail",
    "BoardMailing",
    "DirtyDay",
    "ExchangeRate",
    "FoldMark",
    "LeakEntry",
    "Metric",
    "MetricBoard",
    "Reading",
    "ReadingSeries",
    "ScorecardView",
    "SeamTarget",
    "SourceCost",
]
