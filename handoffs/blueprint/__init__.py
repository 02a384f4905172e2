"""The handoffs' part of the blueprint: calendars, seams, ladders, reason codes, pools, routing.

terms = handoffs_of(workspace)     # the version in force
"""

from handoffs.blueprint.reading import DAYS, calendar_of, handoffs_at, handoffs_of
from handoffs.blueprint.terms import (
    Handoffs,
    PacketItem,
    PoolTerms,
    ReasonTerms,
    RuleTerms,
    SeamTerms,
    StepTerms,
    queue_for,
)
from handoffs.blueprint.writing import sync_handoffs

__all__ = [
    "DAYS",
    "Handoffs",
    "PacketItem",
    "PoolTerms",
    "ReasonTerms",
    "RuleTerms",
    "SeamTerms",
    "StepTerms",
    "calendar_of",
    "handoffs_at",
    "handoffs_of",
    "queue_for",
    "sync_handoffs",
]
