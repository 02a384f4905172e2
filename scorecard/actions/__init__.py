"""Verbs of the scorecard: fold, mark, note who looked."""

from scorecard.actions.folding import fold, mark_dirty
from scorecard.actions.viewing import note_view

__all__ = ["fold", "mark_dirty", "note_view"]
