"""Change requests: the list, a new one, everything about one, and what is done to it."""

from governance.views.changes.listing import Changes, UnreviewedFigure
from governance.views.changes.opening import NewChange
from governance.views.changes.showing import Change, ImpactPanel
from governance.views.changes.verbs import (
    ApproveChange,
    Publication,
    RejectChange,
    Repetition,
    Retraction,
    Rollback,
    Submission,
    Update,
    Withdrawal,
    Words,
)

__all__ = [
    "ApproveChange",
    "Change",
    "Changes",
    "ImpactPanel",
    "NewChange",
    "Publication",
    "RejectChange",
    "Repetition",
    "Retraction",
    "Rollback",
    "Submission",
    "UnreviewedFigure",
    "Update",
    "Withdrawal",
    "Words",
]
