"""What comes into the open stages of a pipeline and what leaves them: of what stock is made."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from core.sql import Fragment
from scorecard.kinds.kind import Filled, records_entering

if TYPE_CHECKING:
    from scorecard.kinds import Question


def flows(question: Question) -> Filled:
    """What came into an open stage on the days, and what left one."""
    if question.open_until and not question.known_until:
        return still_open(question, question.open_until)
    left = Fragment("o.stage_id = any(%(open_stages)s)")
    if not question.days.is_everything:
        # array_position: the stays of these records are to be found by record, never by stage
        moved = records_entering(question, list(question.blueprint.stages_by_id))
        among = "array_position(%(open_stages)s::uuid[], o.stage_id) is not null"
        left = Fragment(f"{among} and o.record_id in ({moved.sql})", moved.values)
    near = {"entered_near": question.near("o.entered_at"), "exited_near": question.near("o.exited_at")}
    near["changed_near"] = question.near("c.at")
    return {**near, "left": left}, {"open_stages": open_stages(question)}


def still_open(question: Question, last: date) -> Filled:
    """What came into an open stage on the days and has not left it by the end of the last day, in whosever hands. A
    stay that began and ended before adds nothing to what is open, and there are many times as many of those. What was
    only known later must be looked at."""
    is_now = last >= question.at.astimezone(question.zone).date()
    later = "" if is_now else " or (o.exited_at at time zone %(zone)s)::date > %(open_after)s"
    values = {} if is_now else {"open_after": last}
    is_open = Fragment(f"{question.near('o.entered_at')} and (o.exited_at is null{later})", values)
    return {"entered_near": is_open, "changed_near": is_open, "exited_near": "false", "left": "false"}, {
        "open_stages": open_stages(question)
    }


def open_stages(question: Question) -> list[UUID]:
    """Those of the metric's pipeline."""
    return [stage.id for stage in question.pipeline_stages if stage.is_open]
