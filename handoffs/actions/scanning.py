"""The scan: every due step is taken once, however often, however late and by however many workers it is looked for."""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core.businesstime import due_at
from core.database import scanner_cursor
from core.errors import WorldMovedOn
from core.history.actions import record_all
from core.operating.setting_aside import done_well, set_aside
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import NOW, current_id
from handoffs.actions.reassign_late import LateHandoff, pass_on
from handoffs.actions.rerouting import route_again
from handoffs.models import Handoff
from handoffs.rules.escalation import EVENTS, TASK_KINDS, TASK_TITLES, TOUCH
from handoffs.rules.sla import repeated_at

log = logging.getLogger(__name__)
BATCH = 500
STEP = "handoff_step"  # how its rows are set aside
SET_ASIDE_FOR = timedelta(hours=1)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
DUE_WORKSPACES = load("handoffs", "due_workspaces")
CLAIM_DUE_STEPS = load("handoffs", "claim_due_steps")
DUE_STEPS_OF = load("handoffs", "due_steps_of")
TAKE_STEPS = load("handoffs", "take_steps")
BRING_BACK_STEPS = load("handoffs", "bring_back_steps")
WORDS = {
    "task_kinds": json.dumps(TASK_KINDS),
    "task_titles": json.dumps(TASK_TITLES),
    "event_kinds": json.dumps(EVENTS),
    "touch_step": TOUCH,
}


class DueStep(NamedTuple):
    """A claimed handoff and the step that fell due."""

    id: UUID
    seam_id: UUID
    version: int
    clock_run: int
    place: int
    ladder: str  # JSON, read only where the rungs ahead are asked for
    action: str | None
    at: datetime
    due: datetime  # when the step fell due; `at` is when it is taken


def due_workspaces(low: datetime = EARLIEST) -> list[UUID]:
    """Workspaces with a step due after `low`, as the scanner role sees them. One query."""
    with scanner_cursor() as cursor:
        cursor.execute(DUE_WORKSPACES.text, {"low": low})
        return [UUID(str(row[0])) for row in cursor.fetchall()]


def scan(workspace: Workspace, at: datetime | None = None, *, limit: int = BATCH, low: datetime = EARLIEST) -> int:
    """Take up to `limit` due steps of the workspace in scope, and how many there were. `at` None is the database's now.

    One transaction claims the rows, judges them by their stored times, escalates, and moves them on; whoever else
    scans skips them meanwhile. A batch that raises is taken row by row: the bad row waits an hour, the others go on.
    What waits in a queue or came back is routed again once no step is due."""
    with transaction.atomic():
        due = _claim(at, limit, low)
        if not due:
            return route_again(workspace, at, limit=limit)
        _take_whole(due)
        return len(due)


def take_due_steps(handoff_ids: Sequence[UUID], at: datetime) -> None:
    """Take every step of these locked handoffs that is due by `at`, as the scan would have: whoever comes first, scan
    or person, finds the same steps and leaves the same rows. One query where nothing is due.

    A step in trouble is set aside as the scan does, and keeps nobody from answering."""
    while due := _due_of(handoff_ids, at):
        _take_whole(due)


def _take_whole(due: Sequence[DueStep]) -> None:
    try:
        with transaction.atomic():
            _take_in_time(due)
    except Exception:  # whatever is wrong with one row must not stop the clocks of the others
        log.exception("a batch of %s due steps failed; taking them one by one", len(due))
        for each in due:
            _take_alone(each)


def _due_of(handoff_ids: Sequence[UUID], at: datetime) -> list[DueStep]:
    return [DueStep(*row) for row in DUE_STEPS_OF.rows(handoffs=list(handoff_ids), at=at)]


def _claim(at: datetime | None, limit: int, low: datetime, handoff_id: UUID | None = None) -> list[DueStep]:
    rows = CLAIM_DUE_STEPS.rows(at=at or NOW, low=low, most=limit, handoff=handoff_id)
    return [DueStep(*row) for row in rows]


def _take(due: Sequence[DueStep]) -> None:
    """Reassignments change hands, every other step is one statement for all."""
    passed_on = [each for each in due if each.action == "reassign"]
    others = [each for each in due if each.action != "reassign"]
    if others:
        TAKE_STEPS.run(
            handoffs=[each.id for each in others],
            at=others[0].at,
            task_due=json.dumps(_tasks_due(others)),
            repeats=json.dumps({str(each.id): again for each in others if (again := _again(each))}),
            **WORDS,
        )
    if passed_on:
        pass_on([_late(each) for each in passed_on], at=due[0].at)


def _late(each: DueStep) -> LateHandoff:
    ahead = json.loads(each.ladder)[each.place + 1 :]
    return LateHandoff(each.id, each.seam_id, each.version, each.due, ahead, _again(each))


def _again(each: DueStep) -> str | None:
    """When the ladder's last step is taken again; None while there are steps ahead. A ladder never ends with nobody."""
    if each.action == "touch" or each.place + 1 < len(json.loads(each.ladder)):
        return None
    seam = blueprint_of.at(current_id(), each.version).seams_by_id[each.seam_id]
    return repeated_at(seam, each.due, each.at).isoformat()


def _tasks_due(due: Iterable[DueStep]) -> dict[str, str]:
    """By when the task of each step must be done: as many working minutes from when the step fell due as the seam gives
    for an answer."""
    found: dict[str, str] = {}
    known: dict[tuple[UUID, int, datetime], str] = {}
    for each in due:
        key = (each.seam_id, each.version, each.due)
        if key not in known:
            seam = blueprint_of.at(current_id(), each.version).seams_by_id[each.seam_id]
            known[key] = due_at(seam.hours, each.due, seam.answer_minutes).isoformat()
        found[str(each.id)] = known[key]
    return found


def _take_in_time(due: Sequence[DueStep]) -> None:
    """Take them; what had been set aside is judged by the moment it really fell due, and is set aside no longer."""
    if back := done_well(STEP, [each.id for each in due]):
        fell_due = _bring_back(back)
        due = [each._replace(due=fell_due.get(each.id, each.due)) for each in due]
    _take(due)


def _bring_back(handoff_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    return dict(BRING_BACK_STEPS.rows(handoffs=list(handoff_ids)))  # type: ignore[arg-type]


def take_again(handoff_id: UUID, at: datetime) -> bool:
    """Take the step of a handoff that was set aside, now. True also where nothing is left to take.

    Raises WorldMovedOn while somebody else has it in hand."""
    _bring_back([handoff_id])
    due = _claim(at, 1, EARLIEST, handoff_id)
    if not due and Handoff.objects.filter(pk=handoff_id, next_step_at__lte=at).exists():
        raise WorldMovedOn("Somebody has this handoff in hand right now; try again in a moment.")
    if due:
        _take(due)
    return True


def _take_alone(each: DueStep) -> None:
    try:
        with transaction.atomic():
            _take_in_time([each])
    except Exception as trouble:  # set aside and reported; the next scan finds it again in an hour
        log.exception("handoff %s is set aside for an hour", each.id)
        Handoff.objects.filter(pk=each.id).update(next_step_at=each.at + SET_ASIDE_FOR)
        number = Handoff.objects.values_list("number", flat=True).get(pk=each.id)
        what = f"Handoff {number}, step “{each.action}”"
        set_aside(STEP, each.id, what=what, trouble=trouble, at=each.at, next_try_at=each.at + SET_ASIDE_FOR)
        facts: dict[str, Any] = {"step": each.place, "action": each.action, "trouble": type(trouble).__name__}
        record_all([("handoff.set_aside", "handoff", each.id, None, facts)], at=each.at)
