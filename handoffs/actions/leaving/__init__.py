"""Who leaves must hand over first: what waits for one person alone would wait for ever."""

from handoffs.actions.leaving.departing import depart, rehearse
from handoffs.actions.leaving.holding import refuse_while_owning
from handoffs.actions.leaving.plans import Move, Plan, Share

__all__ = ["Move", "Plan", "Share", "depart", "refuse_while_owning", "rehearse"]
