"""The scan: every due step is taken once, however often, however late and by however many workers it is looked for."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from core.businesstime import due_at
from core.errors import WorldMovedOn
from core.history.actions import record_all
from core.operating.setting_aside import done_well, set_aside, take_all
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import NOW
from handoffs.actions.changing_hands import DueStep, pass_on
from handoffs.actions.lock_order import hold_ahead, hold_turns
from handoffs.actions.rerouting import route_again
from handoffs.actions.retiming_work import retimed_first
from handoffs.actions.rung_extras import change_properties, held_for_change, named_receivers, skipped_among
from handoffs.actions.task_hours import count_in_receivers_hours
from handoffs.models import Clock, Handoff
from handoffs.rules.escalation import EVENTS, TASK_KINDS, TASK_TITLES, TOUCH
from handoffs.rules.rungs import PASSES_ON

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


def scan(workspace: Workspace, at: datetime | None = None, *, limit: int = BATCH, low: datetime = EARLIEST) -> int:
    """Take up to `limit` due steps of the workspace in scope, and how many there were. `at` None is the database's now.

    One transaction claims the rows, judges them by their stored times, escalates, and moves them on; whoever else
    scans skips them meanwhile. A batch that raises is taken row by row: the bad row waits an hour, the others go on.
    What waits in a queue or came back is routed again once no step is due."""
    with transaction.atomic():
        rows = CLAIM_DUE_STEPS.rows(at=at or NOW, low=low, most=limit, handoff=None)
        if not rows:
            return route_again(workspace, at, limit=limit)
        steps = _earliest(rows)
        take_all(steps, partial(_take, len(steps)), _put_aside)
        return len(rows)


def take_due_steps(handoff_ids: Sequence[UUID], at: datetime) -> None:
    """Take every step of these locked handoffs that is due by `at`, as the scan would have: whoever comes first, scan
    or person, finds the same steps and leaves the same rows. One query where nothing is due.

    A step in trouble is set aside as the scan does, and keeps nobody from answering. Whatever follows in the caller's
    transaction may take numbers and turns in any order: all are held from here on."""
    is_held = False
    while rows := DUE_STEPS_OF.rows(handoffs=list(handoff_ids), at=at):
        if not is_held:
            hold_ahead()
            is_held = True
        steps = _earliest(rows)
        take_all(steps, partial(_take, len(steps)), _put_aside)


def _earliest(rows: Sequence[Sequence[Any]]) -> list[DueStep]:
    """The first step of each handoff among those that are due, longest due first: it may end the clocks of the others,
    which are looked for again."""
    found: dict[UUID, DueStep] = {}
    for step in (DueStep(*row) for row in rows):
        found.setdefault(step.id, step)
    return list(found.values())


def take_again(handoff_id: UUID, at: datetime) -> bool:
    """Take the step of a handoff that was set aside, now. True also where nothing is left to take.

    Raises WorldMovedOn while somebody else has it in hand."""
    BRING_BACK_STEPS.run(handoffs=[handoff_id])
    rows = CLAIM_DUE_STEPS.rows(at=at, low=EARLIEST, most=1, handoff=handoff_id)
    if rows:
        _take(1, [DueStep(*row) for row in rows])
    elif Clock.objects.filter(handoff=handoff_id, next_rung_at__lte=at).exists():
        raise WorldMovedOn("Somebody has this handoff in hand right now; try again in a moment.", code="too_busy")
    return True


def _take(of: int, due: Sequence[DueStep]) -> None:
    """Reassignments change hands, every other step is one statement for all. What had been set aside is judged by the
    moment it really fell due, and is set aside no longer. `of`: how many there are; where these are not all, each is
    taken by itself, and what one needs may come before what another took."""
    if len(due) < of:
        hold_ahead()
    if any(each.waits for each in due) and not (due := retimed_first(due)):
        return
    if back := done_well(STEP, [each.id for each in due]):
        fell_due: dict[UUID, datetime] = dict(BRING_BACK_STEPS.rows(handoffs=back))  # type: ignore[arg-type]
        due = [each._replace(due=fell_due.get(each.clock_id, each.due)) for each in due]
    due = held_for_change(due)
    skipped = skipped_among(due)
    others = [each for each in due if each.clock_id in skipped or each.action not in PASSES_ON]
    if any(each.action == "set" for each in due):
        hold_ahead()  # a record that is written may go on, and be offered
    elif 0 < len(others) < len(due):
        hold_turns()
    if others:
        # a task has as many working minutes from when its step fell due as the seam gives for an answer
        until = {}
        for key, each in {(each.key, each.hours_id): each for each in others}.items():
            allowed = each.allowed_in(each.hours_id)
            until[key] = due_at(allowed.hours, each.due, allowed.answer_minutes)
        TAKE_STEPS.run(
            clocks=[each.clock_id for each in others],
            at=others[0].at,
            task_due=json.dumps({str(each.clock_id): until[each.key, each.hours_id].isoformat() for each in others}),
            repeats=json.dumps({str(each.clock_id): again for each in others if (again := each.again)}),
            skipped=json.dumps({str(clock_id): why for clock_id, why in skipped.items()}),
            **WORDS,
        )
        if others[0].is_own or any(each.hours_id for each in others):
            count_in_receivers_hours(others)
    if changing := [each for each in due if each.action == "set" and each.clock_id not in skipped]:
        change_properties(changing)
    if late := [each for each in due if each.action in PASSES_ON and each.clock_id not in skipped]:
        pass_on(late, named_receivers(late, late[0].at))


def _put_aside(each: DueStep, trouble: Exception) -> None:
    """Set aside and reported; the next scan finds it again in an hour."""
    later = each.at + SET_ASIDE_FOR
    Clock.objects.filter(pk=each.clock_id).update(next_rung_at=later)
    number = Handoff.objects.values_list("number", flat=True).get(pk=each.id)
    what = f"Handoff {number}, step “{each.action}”"
    set_aside(STEP, each.id, what=what, trouble=trouble, at=each.at, next_try_at=later)
    facts: dict[str, Any] = {"step": each.place, "action": each.action, "trouble": type(trouble).__name__}
    record_all([("handoff.set_aside", "handoff", each.id, None, facts)], at=each.at)
