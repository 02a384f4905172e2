"""Seams and their rules (configuration), handoffs and what became of them (operation)."""

from handoffs.models.bulk_deeds import BulkDeed
from handoffs.models.capacity import Capacity
from handoffs.models.clocks import Clock
from handoffs.models.commitments import Commitment
from handoffs.models.configured import Calendar, Pool, ReasonCode, Seam
from handoffs.models.drafts import PacketDraft
from handoffs.models.escalations import Escalation
from handoffs.models.handover_plans import HandoverPlan
from handoffs.models.hours import KeptHours, OwnHours
from handoffs.models.kept_files import PacketFile
from handoffs.models.operation import Assignment, Handoff
from handoffs.models.pauses import Pause
from handoffs.models.playbook_runs import PlaybookRun, RunStep
from handoffs.models.retimings import Retiming
from handoffs.models.stage_clocks import StageClock
from handoffs.models.tasks import Task
from handoffs.models.turns import Rotation, TurnMove

__all__ = [
    "Assignment",
    "BulkDeed",
    "Calendar",
    "Capacity",
    "Clock",
    "Commitment",
    "Escalation",
    "Handoff",
    "HandoverPlan",
    "KeptHours",
    "OwnHours",
    "PacketDraft",
    "PacketFile",
    "Pause",
    "PlaybookRun",
    "Pool",
    "ReasonCode",
    "Retiming",
    "Rotation",
    "RunStep",
    "Seam",
    "StageClock",
    "Task",
    "TurnMove",
]
