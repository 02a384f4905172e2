"""Seams and their rules (configuration), handoffs and what became of them (operation)."""

from handoffs.models.definitions import Calendar, Holiday, LadderStep, Pool, ReasonCode, RoutingRule, Seam
from handoffs.models.operation import Assignment, Escalation, Handoff, Rotation, Task

__all__ = [
    "Assignment",
    "Calendar",
    "Escalation",
    "Handoff",
    "Holiday",
    "LadderStep",
    "Pool",
    "ReasonCode",
    "Rotation",
    "RoutingRule",
    "Seam",
    "Task",
]
