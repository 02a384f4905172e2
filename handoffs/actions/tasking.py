"""Tasks: what one person must do by a time, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from blueprint.schema import ReasonTerms, SeamTerms
from core.businesstime import due_at
from core.errors import BadInput, RuleSaysNo
from core.history.actions import record as tell_history
from core.notices.models import NoticeKind
from core.notices.telling import tell_people
from core.people.models import Member, Team, TimeOff
from core.people.permissions import may, permit
from core.sql import load
from core.tenancy.numbers import take_numbers
from handoffs.actions.access import InHand
from handoffs.actions.reach import permit_task
from handoffs.actions.returning import RETURNED
from handoffs.actions.running_playbooks import PLAYBOOK, note_done
from handoffs.actions.tasks_by_hand import REVIEW, come_again
from handoffs.models import Handoff, Task
from handoffs.refused import TaskAlreadyDone
from handoffs.rules import packet
from lifecycle.actions.entering import locked
from lifecycle.actions.rescoring import ask_soon

LONGEST_OUTCOME = 300
LATE_REVIEW = "late_review"  # of an emergency change: for who is above the reviewer
NEWS_OF_DONE_TASKS = load("handoffs", "news_of_done_tasks")


def complete_task(task: Task, outcome: str, *, by: Member, at: datetime) -> Task:
    """Close a task with what came of it; only who it is for or who made it, and who leads whoever has it.

    Raises NotPermitted, TaskAlreadyDone, BadInput, and RuleSaysNo for a task that is done elsewhere."""
    permit(by, "task.complete")
    outcome = outcome.strip()
    if not outcome:
        raise BadInput("Say what came of it.", code="outcome_needed", field="outcome")
    if len(outcome) > LONGEST_OUTCOME:
        raise BadInput(f"An outcome has at most {LONGEST_OUTCOME} letters.", code="too_long", field="outcome")
    if task.kind == REVIEW:
        raise RuleSaysNo("Review the change itself; that closes this task.", code="review_the_change")
    with transaction.atomic():
        present = _locked(task)
        if present.done_at is not None:
            raise TaskAlreadyDone(present)
        permit_task(present, by)
        _close(present, outcome, by, at)
    return present


def finish(task: Task, outcome: str, *, by: Member, at: datetime) -> None:
    """Close a task because what it asked for was done elsewhere, by whoever did it; one that is closed stays so."""
    with transaction.atomic():
        present = _locked(task)
        if present.done_at is None:
            _close(present, outcome[:LONGEST_OUTCOME], by, at)


def _locked(task: Task) -> Task:
    if task.kind == RETURNED and task.record_id:
        locked([task.record_id])  # before its task, as everybody does; it is asked once it no longer waits
    Task.objects.select_for_update(no_key=True).only("pk").get(pk=task.pk)
    present: Task = Task.objects.select_related("done_by", "assignee", "handoff", "record").get(pk=task.pk)
    return present


def _close(task: Task, outcome: str, by: Member, at: datetime) -> None:
    at = max(at, task.created_at)  # made while we waited for it, perhaps with a later moment than ours
    task.done_at, task.done_by, task.outcome = at, by, outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])
    facts = {"number": task.number, "title": task.title, "kind": task.kind, "outcome": outcome}
    tell_history("task.completed", task, at=at, actor=by, record_id=task.record_id, facts=facts)
    NEWS_OF_DONE_TASKS.run(tasks=[task.pk])
    for late in Task.objects.filter(about=task, done_at__isnull=True).order_by("pk").select_for_update(no_key=True):
        _close(late, f"Done by {by.name}: {outcome}"[:LONGEST_OUTCOME], by, at)
    come_again(task, by=by, at=at)
    if task.kind == PLAYBOOK:
        note_done(task, at)
    if task.kind == RETURNED and task.record_id:
        ask_soon([task.record_id], at)


def task_for_sender(held: InHand, reason: ReasonTerms) -> Task:
    """A refused handoff comes back to whoever sent it, with the gaps named; never to nobody."""
    handoff, seam, at = held.handoff, held.seam, held.at
    title = title_of_return(handoff, seam, reason)
    due = due_at(seam.hours, at, seam.answer_minutes)
    task = _task_about(held, RETURNED, title, _sender(handoff, seam, at), due, gaps=handoff.gaps)
    return _told_of(held, task, NoticeKind.RETURNED)


def title_of_return(handoff: Handoff, seam: SeamTerms, reason: ReasonTerms) -> str:
    """What the task about a handoff that came back is called, with the gaps named."""
    gaps = packet.labels(seam.packet, handoff.gaps)
    missing = f" Missing: {', '.join(gaps)}." if gaps else ""
    return f"Returned, {reason.label.lower()}: {handoff.record.name} ({seam.label}).{missing}"


def waiting_task(held: InHand, kind: str, gaps: Sequence[str], due: datetime) -> Task:
    """While a clock stands still: whoever has it looks at it again by then, or the sender fills in what is missing."""
    handoff, seam = held.handoff, held.seam
    about = f"{handoff.record.name} ({seam.label})"
    if not gaps:
        assert handoff.assignee is not None, "what nobody has waits for no customer"
        return _task_about(held, kind, f"Ask the customer again: {about}", handoff.assignee, due)
    title = f"Asked for by {held.by.name}: {', '.join(gaps)}. {about}"
    task = _task_about(held, kind, title, _sender(handoff, seam, held.at), due, gaps=list(gaps))
    return _told_of(held, task, NoticeKind.TASK)


def _task_about(held: InHand, kind: str, title: str, assignee: Member, due: datetime, **facts: Any) -> Task:
    handoff = held.handoff
    task: Task = Task.objects.create(
        number=take_numbers("task")[0],
        kind=kind,
        title=title[:300],
        assignee=assignee,
        handoff=handoff,
        record_id=handoff.record_id,
        due_at=due,
        created_at=held.at,
    )
    facts = {"number": task.number, "handoff": handoff.number, "title": task.title, **facts}
    tell_history("task.created", task, at=held.at, actor=held.by, record_id=handoff.record_id, facts=facts)
    return task


def _told_of(held: InHand, task: Task, kind: NoticeKind) -> Task:
    assert task.assignee is not None, "it is made for somebody"
    number, due = held.handoff.number, task.due_at
    tell_people([task.assignee], kind, task.title, about="handoff", number=number, due=due, by=held.by, at=held.at)
    return task


def _sender(handoff: Handoff, seam: SeamTerms, at: datetime) -> Member:
    """Who offered it or owned the record, else the manager of the sending side, the seam's owner, the workspace's:
    the first who is an active person, may offer, and is here; where all are away, the first of them. Four queries."""
    people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON)
    managers = Team.objects.filter(function=seam.from_function).order_by("key").values_list("manager_id", flat=True)
    line = [handoff.offered_by_id, handoff.record.owner_id, *managers]
    owners = people.filter(role=Member.Role.OWNER).order_by("joined_at")
    asked = people.filter(Q(pk__in=[each for each in line if each]) | ~Q(email="") & Q(email=seam.owner))
    able = {each.pk: each for each in asked if may(each, "handoff.offer")}
    named = [able[each] for each in line if each in able] + list(able.values()) + list(owners)
    away = set(
        TimeOff.objects.filter(member__in=named, starts_at__lte=at, ends_at__gt=at).values_list("member_id", flat=True)
    )
    return next((each for each in named if each.pk not in away), named[0])
