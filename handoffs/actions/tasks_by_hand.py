"""Tasks that people make for themselves or, where they lead, for others: make, edit, put off; one that repeats comes
again when it is done. What nobody made by hand can be given to somebody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from core.bounds import check_day
from core.errors import BadInput, RuleSaysNo
from core.history.actions import record as tell_history
from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.models import Member, TeamSeat
from core.people.permissions import permit
from core.tenancy.numbers import take_numbers
from handoffs.actions.reach import permit_task
from handoffs.models import Task
from handoffs.refused import TaskAlreadyDone
from handoffs.rules.task_days import REPEATS, next_due
from lifecycle.models import Record

MANUAL = "manual"
REVIEW = "review"  # of an emergency change: done by answering the change, never by hand
LONGEST_TITLE = 300
MOST_DAYS = 366


@dataclass(frozen=True)
class WantedTask:
    """What a task shall be."""

    title: str
    assignee: Member
    due_at: datetime | None = None
    repeats: str = ""
    record: Record | None = None


def make_task(wanted: WantedTask, *, by: Member, at: datetime) -> Task:
    """Make a task; whoever it is for is told. Raises NotPermitted, BadInput."""
    permit(by, "task.write")
    _check(wanted, by)
    with transaction.atomic():
        return _made(wanted, by, at)


def _made(wanted: WantedTask, by: Member, at: datetime) -> Task:
    seat = TeamSeat.objects.filter(member=wanted.assignee).order_by("team__key").first()
    task: Task = Task.objects.create(
        number=take_numbers("task")[0],
        kind=MANUAL,
        title=wanted.title.strip(),
        assignee=wanted.assignee,
        team_id=seat.team_id if seat else None,
        record=wanted.record,
        due_at=wanted.due_at,
        repeats=wanted.repeats,
        made_by=by,
        created_at=at,
    )
    facts = {"number": task.number, "title": task.title, "kind": MANUAL, "assignee": wanted.assignee.name}
    tell_history("task.created", task, at=at, actor=by, record_id=task.record_id, facts=facts)
    _tell(task, wanted.assignee, by, at)
    return task


def edit_task(task: Task, wanted: WantedTask, *, by: Member, at: datetime) -> Task:
    """Change a task that somebody made, or give any other to somebody else; its maker, whoever has it, and who leads
    them. Raises NotPermitted, BadInput, RuleSaysNo, TaskAlreadyDone."""
    permit(by, "task.write")
    with transaction.atomic():
        present = _held(task, by)
        before = present.assignee_id
        if present.kind == REVIEW or (present.kind != MANUAL and _says_more(wanted, present)):
            raise _not_by_hand()
        if wanted.assignee.pk != before:
            _check_assignee(wanted.assignee, by)
        _check(wanted, by, is_new=False)
        if wanted.due_at != present.due_at:
            present.chased, present.chase_at = 0, None
        present.title, present.due_at, present.repeats = wanted.title.strip(), wanted.due_at, wanted.repeats
        present.assignee, present.record = wanted.assignee, wanted.record
        present.save(update_fields=["title", "due_at", "repeats", "assignee", "record", "chased", "chase_at"])
        facts = {"number": present.number, "title": present.title, "assignee": wanted.assignee.name}
        tell_history("task.changed", present, at=at, actor=by, record_id=present.record_id, facts=facts)
        if wanted.assignee.pk != before:
            _tell(present, wanted.assignee, by, at)
    return present


def snooze(task: Task, days: int, *, by: Member, at: datetime) -> Task:
    """Put a task off by so many days, from when it is due or, where that is over, from now.
    Raises NotPermitted, BadInput, RuleSaysNo, TaskAlreadyDone."""
    permit(by, "task.write")
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"Put it off by 1 to {MOST_DAYS} days.", field="days")
    with transaction.atomic():
        present = _held(task, by)
        if present.kind != MANUAL:
            raise _not_by_hand()
        zone = ZoneInfo(by.workspace.time_zone)
        start = max(present.due_at or at, at).astimezone(zone)
        present.due_at = datetime.combine(start.date() + timedelta(days=days), start.time(), zone)
        present.chased, present.chase_at = 0, None
        present.save(update_fields=["due_at", "chased", "chase_at"])
        facts = {"number": present.number, "title": present.title, "due_at": present.due_at.isoformat()}
        tell_history("task.put_off", present, at=at, actor=by, record_id=present.record_id, facts=facts)
    return present


def come_again(done: Task, *, by: Member, at: datetime) -> Task | None:
    """The next of a task that repeats, for the same person; None for one that does not. In the caller's transaction."""
    if not done.repeats or done.due_at is None or done.assignee is None or not done.assignee.is_active:
        return None
    due = next_due(done.due_at, done.repeats, ZoneInfo(by.workspace.time_zone), at)
    wanted = WantedTask(done.title, done.assignee, due, done.repeats, done.record)
    return _made(wanted, done.made_by or by, at)


def _held(task: Task, by: Member) -> Task:
    """The task as it is now, locked, where it is this person's to see to."""
    Task.objects.select_for_update(no_key=True).only("pk").get(pk=task.pk)
    present: Task = Task.objects.select_related("assignee", "record", "done_by").get(pk=task.pk)
    if present.done_at is not None:
        raise TaskAlreadyDone(present)
    permit_task(present, by)
    return present


def _says_more(wanted: WantedTask, task: Task) -> bool:
    """Whether more than who has it would be another."""
    said = (wanted.title.strip(), wanted.due_at, wanted.repeats, wanted.record and wanted.record.pk)
    return said != (task.title, task.due_at, task.repeats, task.record_id)


def _not_by_hand() -> RuleSaysNo:
    return RuleSaysNo("Nobody made this task by hand; it ends with what it asks for.", code="not_by_hand")


def _check(wanted: WantedTask, by: Member, *, is_new: bool = True) -> None:
    title = wanted.title.strip()
    if not title:
        raise BadInput("Say what is to be done.", code="title_needed", field="title")
    if len(title) > LONGEST_TITLE:
        raise BadInput(f"A title has at most {LONGEST_TITLE} letters.", code="too_long", field="title")
    if wanted.repeats not in REPEATS:
        raise BadInput(f"Choose one of: {', '.join(filter(None, REPEATS))}.", field="repeats")
    if wanted.due_at:
        check_day(wanted.due_at, "due_at")
    if wanted.repeats and wanted.due_at is None:
        raise BadInput("What repeats needs a date to begin with.", code="due_needed", field="due_at")
    if is_new:
        _check_assignee(wanted.assignee, by)


def _check_assignee(assignee: Member, by: Member) -> None:
    if not assignee.is_active or assignee.kind != Member.Kind.PERSON:
        raise BadInput("Give it to somebody who works here.", code="unknown_member", field="assignee")
    if assignee.pk != by.pk:
        permit(by, "task.assign")


def _tell(task: Task, assignee: Member, by: Member, at: datetime) -> None:
    """Whoever has it now."""
    kind, number = NoticeKind.TASK, task.number
    tell_people([assignee], kind, task.title, about="task", number=number, due=task.due_at, by=by, at=at)
