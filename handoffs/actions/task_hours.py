"""Tasks of steps are due in the hours of whoever gets them: the person's, else the team's, else the seam's."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from core.businesstime import due_at
from core.notices.models import Notice, NoticeKind
from handoffs.actions.changing_hands import DueStep
from handoffs.models import Escalation, OwnHours, Task

TOLD = (NoticeKind.TASK, NoticeKind.RAISED)


def count_in_receivers_hours(taken: Sequence[DueStep]) -> None:
    """The tasks that these steps just made, so far due in the hours of their clocks, are due as many working minutes
    after the step in those of who has them, and keep which hours that were; so do the notices of them.

    Two queries, and one more for each table where a task's hours are others."""
    own = OwnHours.by_holder()
    steps, known = {each.id: each for each in taken}, dict[tuple[object, UUID | None], datetime]()
    moved: dict[tuple[UUID, int], datetime] = {}
    changed = []
    for task, number in _made(steps, taken[0].at):
        step = steps[task.handoff_id]  # type: ignore[index]  # a step of a handoff made it
        task.hours_id = own.get(task.assignee_id) or own.get(task.team_id)
        if task.hours_id != step.hours_id:
            key = (step.key, task.hours_id)
            if key not in known:
                allowed = step.allowed_in(task.hours_id)
                known[key] = due_at(allowed.hours, step.due, allowed.answer_minutes)
            task.due_at = known[key]
            if task.assignee_id:
                moved[task.assignee_id, number] = task.due_at
        if task.hours_id or step.hours_id:
            changed.append(task)
    Task.objects.bulk_update(changed, ["due_at", "hours_id"])
    _tell_when(moved, taken[0].at)


def _made(steps: Mapping[UUID, DueStep], at: datetime) -> Iterator[tuple[Task, int]]:
    """The tasks with the numbers of their handoffs. One that was there and is asked for again was made when an earlier
    step fell due."""
    found = Escalation.objects.filter(handoff__in=steps, taken_at=at, task__created_at=F("due_at"))
    for each in found.select_related("task", "handoff").order_by("pk"):
        if each.task is not None:
            yield each.task, each.handoff.number


def _tell_when(moved: Mapping[tuple[UUID, int], datetime], at: datetime) -> None:
    if not moved:
        return
    numbers = {number for _, number in moved}
    found = Notice.objects.filter(about="handoff", number__in=numbers, kind__in=TOLD, at=at, seen_at=None)
    notices = [each for each in found if (each.member_id, each.number) in moved]
    for notice in notices:
        notice.due_at = moved[notice.member_id, notice.number]
    Notice.objects.bulk_update(notices, ["due_at"])
