"""Verbs of the scorecard: fold, note who looked."""

from scorecard.actions.folding import fold
from scorecard.actions.viewing import note_view

__all__ = ["fold", "note_view"]
