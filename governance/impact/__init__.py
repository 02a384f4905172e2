"""What would have been different: the same rules, both versions, on the records and handoffs that are there.

`plan` says what must be asked, `work_out` asks one question, and the answers are one JSON object a page can show.
"""

from governance.impact.plan import Asking, Step, plan, work_out
from governance.impact.threshold import ThresholdCurve, ThresholdWhatIf, threshold_curve, what_if_threshold

__all__ = [
    "Asking",
    "Step",
    "ThresholdCurve",
    "ThresholdWhatIf",
    "plan",
    "threshold_curve",
    "what_if_threshold",
    "work_out",
]
