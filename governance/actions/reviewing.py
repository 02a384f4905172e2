"""The review of an emergency: a task with an owner and a due time, done by answering the change."""

from contextlib import suppress
from datetime import datetime, timedelta

from blueprint.documents import blueprint_of
from core.businesstime import NoWorkingHours, due_at
from core.history.actions import record
from core.people.models import Member
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import current_id
from governance.models import ChangeRequest
from governance.queries.reviews import reviewer_of
from handoffs.actions.tasking import REVIEW, finish
from handoffs.models import Task

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
    facts = {"number": task.number, "change": change.number, "title": task.title}
    record("task.created", task, at=at, actor=by, facts=facts)
    return task


def close_review(change: ChangeRequest, *, by: Member, note: str, at: datetime) -> None:
    """The change was answered: its task, if it has one, is done with it."""
    if change.review_task_id is not None:
        finish(Task.objects.get(pk=change.review_task_id), note[:300] or "Reviewed", by=by, at=at)


def _due(change: ChangeRequest, at: datetime) -> datetime:
    with suppress(NoWorkingHours, IndexError):
        return due_at(blueprint_of.at(current_id(), change.base_version).calendars[0].hours, at, WORKING_MINUTES)
    return at + timedelta(days=2)
