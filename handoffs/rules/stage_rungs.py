"""When a record is too old in a stage, and when each step of the stage's ladder falls due."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from blueprint.schema import StageTerms
from core.businesstime import WorkingCalendar, due_at
from handoffs.rules.rungs import TimedRung, in_order

DAY = timedelta(days=1)


def stage_rungs(
    stage: StageTerms, entered: datetime, hours: WorkingCalendar | None
) -> tuple[datetime, list[dict[str, Any]]]:
    """When the age limit is over for who entered then, and the steps as a clock keeps them.

    The limit and what is before it run by the wall clock; minutes after it are working minutes of `hours` unless the
    step says otherwise. Raises NoWorkingHours."""
    allowed = (stage.age_limit_days or 0) * 1440
    due, rungs = entered + timedelta(minutes=allowed), []
    for step in stage.ladder:
        offset = step.offset(allowed)
        at = due + timedelta(minutes=offset)
        if hours is not None and offset > 0 and not step.wall:
            at = due_at(hours, due, offset)
        if at > entered:
            rungs.append(TimedRung(step.action, at, step.extras))
    return due, [{"action": each.action, "at": each.at.isoformat(), **each.extras} for each in in_order(rungs)]


def first_ahead(rungs: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Which step comes first where the clock begins now: of those that are over, only the newest is still taken."""
    return max(sum(datetime.fromisoformat(rung["at"]) <= at for rung in rungs) - 1, 0)


def again_at(due: datetime, own: datetime, last: datetime, at: datetime) -> datetime:
    """When the last step is taken again: as far as its `own` moment is from the limit, at least a day, counted from
    when it fell due `last`. Repetitions that nobody took while the scan stood still are one."""
    every = max(own - due, DAY)
    return last + every * max(1, (at - last) // every + 1)
