"""Seams and their rules (configuration), handoffs and what became of them (operation)."""

from handoffs.models.breached import Escalation, Task
from handoffs.models.configured import Calendar, Pool, ReasonCode, Seam
from handoffs.models.operation import Assignment, Handoff, Rotation

__all__ = [
    "Assignment",
    "Calendar",
    "Escalation",
    "Handoff",
    "Pool",
    "ReasonCode",
    "Rotation",
    "Seam",
    "Task",
]
