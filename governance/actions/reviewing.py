"""The review of an emergency: a task with an owner and a due time, done by answering the change; and what happens when
it is late."""

from contextlib import suppress
from datetime import datetime, timedelta

from blueprint.documents import blueprint_of
from core.businesstime import NoWorkingHours, due_at
from core.history.actions import record
from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.models import Member
from core.sql import load
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import current_id
from governance.models import ChangeRequest, ReviewClock
from governance.queries.reviews import above_reviewer, reviewer_of
from handoffs.actions.tasking import LATE_REVIEW, REVIEW, finish
from handoffs.models import Task

LATE_REVIEWS = load("governance", "late_reviews")

WORKING_MINUTES = 2 * 8 * 60  # two working days, by the blueprint's first calendar


def ask_review(change: ChangeRequest, *, by: Member, at: datetime) -> Task:
    """Give somebody who wrote none of it the task to review it. Nobody is there? Then it waits for who comes."""
    task = Task.objects.create(
        number=take_numbers("task")[0],
        kind=REVIEW,
        title=f"Review the emergency change #{change.number}: {change.title}"[:300],
        assignee=reviewer_of(change, at),
        due_at=_due(change, at),
        created_at=at,
    )
    ReviewClock.objects.create(change=change, due_at=task.due_at)
    _tell_of(task, change, by=by, at=at)
    return task


def follow_up_late_reviews(at: datetime) -> int:
    """A task for somebody above, once, for each review that is late by `at`; how many there were."""
    late = ReviewClock.objects.filter(late_task=None, due_at__lte=at).select_related("change__review_task")
    clocks = list(late.select_for_update(skip_locked=True, of=("self",)))
    for clock in clocks:
        change = clock.change
        clock.late_task = Task.objects.create(
            number=take_numbers("task")[0],
            kind=LATE_REVIEW,
            title=f"Nobody has reviewed the emergency change #{change.number}: {change.title}"[:300],
            assignee=above_reviewer(change, at),
            due_at=_due(change, at),
            created_at=at,
        )
        clock.save(update_fields=["late_task"])
        _tell_of(clock.late_task, change, by=None, at=at)
    return len(clocks)


def _tell_of(task: Task, change: ChangeRequest, *, by: Member | None, at: datetime) -> None:
    facts = {"number": task.number, "change": change.number, "title": task.title}
    record("task.created", task, at=at, actor=by, facts=facts)
    if task.assignee:
        kind, number, due = NoticeKind.REVIEW_DUE, change.number, task.due_at
        tell_people([task.assignee], kind, task.title, about="change", number=number, due=due, by=by, at=at)


def close_review(change: ChangeRequest, *, by: Member, note: str, at: datetime) -> None:
    """The change was answered: its tasks, if it has any, are done with it."""
    clocks = ReviewClock.objects.filter(change=change)
    tasks = [change.review_task_id, *clocks.values_list("late_task_id", flat=True)]
    clocks.delete()
    for task in Task.objects.filter(pk__in=[each for each in tasks if each]):
        finish(task, note[:300] or "Reviewed", by=by, at=at)


def _due(change: ChangeRequest, at: datetime) -> datetime:
    with suppress(NoWorkingHours, IndexError):
        return due_at(blueprint_of.at(current_id(), change.base_version).calendars[0].hours, at, WORKING_MINUTES)
    return at + timedelta(days=2)
