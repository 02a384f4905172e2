"""Promises: taken in with a handoff or by hand, late when their day has passed, and what became of them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import PacketType
from core.bounds import check_day
from core.businesstime.working_hours import zone_of
from core.errors import BadInput, NotPermitted, WorldMovedOn
from core.history.actions import record_all
from core.people.models import Member, Workspace
from core.people.permissions import LEADS, may, permit
from core.sql import load
from core.tenancy.numbers import take_numbers
from handoffs.actions.tasking import finish
from handoffs.models import Commitment, Handoff, Task
from handoffs.refused import CannotUndo
from handoffs.rules.written_promises import LONGEST_PROMISE, WrittenPromise, all_promises_in
from lifecycle.models import Record

BATCH = 500
TIME_FOR_TASK = timedelta(days=2)
DUE_WORKSPACES = load("handoffs", "promise_workspaces")
DECIDED = (Commitment.State.KEPT, Commitment.State.BROKEN, Commitment.State.VOID)
State, Consequence = Commitment.State, Commitment.Consequence


def take_promises(
    workspace: Workspace, handoffs: Sequence[Handoff], seam: SeamTerms, *, by: Member, at: datetime
) -> None:
    """Take the promises of accepted packets into the ledger: made by who handed over, kept by who accepted. Three
    queries for any number."""
    keys = [item.key for item in seam.packet if item.type == PacketType.PROMISES]
    taken = []
    for handoff in handoffs:
        whose = {"record": handoff.result or handoff.record, "handoff": handoff, "seam_id": seam.id}
        whose |= {"owner_id": handoff.assignee_id, "made_by_id": handoff.record.owner_id or handoff.offered_by_id}
        taken += [(each, whose) for key in keys for each in all_promises_in(handoff.packet.get(key, ""))]
    _write(workspace, taken, by, at)


def give_promises_back(handoffs: Sequence[Handoff], *, by: Member, at: datetime) -> None:
    """Their acceptances are undone: what they took into the ledger goes, each with its event. One query where there is
    none. Raises CannotUndo where one is decided at this moment."""
    taken = Commitment.objects.select_for_update(of=("self",)).filter(handoff__in=handoffs)
    promises = list(taken.select_related("task"))
    if decided := next((each for each in promises if each.decided_at), None):
        said = f"Promise #{decided.number} was decided since: {decided.title}"
        raise CannotUndo("done_since", said, {"promise": decided.number})
    for promise in promises:
        if promise.task:
            finish(promise.task, "The acceptance was taken back.", by=by, at=at)
    _tell_all("promise.taken_back", [(each, {}) for each in promises], by, at)
    if promises:
        Commitment.objects.filter(pk__in=[each.pk for each in promises]).delete()


def add_promise(
    record: Record, title: str, *, by: Member, at: datetime, due_on: date | None = None, made_by: Member | None = None
) -> Commitment:
    """Write down a promise by hand, made by `by` unless it was somebody else, kept by who owns the record.

    Raises NotPermitted, BadInput."""
    permit(by, "record.write")
    title = " ".join(title.split())
    if not title:
        raise BadInput("Say what was promised.", code="promise_needed", field="title")
    if len(title) > LONGEST_PROMISE:
        raise BadInput(f"A promise has at most {LONGEST_PROMISE} letters.", code="too_long", field="title")
    if due_on:
        check_day(due_on, "due_on")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    whose = {"record": record, "made_by": made_by or by, "owner_id": record.owner_id or by.pk}
    with transaction.atomic():
        [made] = _write(workspace, [(WrittenPromise(title, due_on), whose)], by, at)
    return made


def _write(
    workspace: Workspace, written: Sequence[tuple[WrittenPromise, dict[str, Any]]], by: Member, at: datetime
) -> list[Commitment]:
    """A row and an event for each promise, with whose it is."""
    numbers = take_numbers("promise", len(written))
    rows = [
        Commitment(
            number=number,
            title=each.title,
            due_on=each.due_on,
            due_at=_end_of(workspace, each.due_on),
            created_at=at,
            **whose,
        )
        for number, (each, whose) in zip(numbers, written, strict=True)
    ]
    Commitment.objects.bulk_create(rows)
    _tell_all("promise.made", [(each, {"due_on": str(each.due_on or "")}) for each in rows], by, at)
    return rows


def _tell_all(kind: str, told: Sequence[tuple[Commitment, dict[str, Any]]], by: Member | None, at: datetime) -> None:
    """One event for each promise."""
    events = [
        (kind, "commitment", each.pk, each.record_id, {"number": each.number, "title": each.title, **facts})
        for each, facts in told
    ]
    if events:
        record_all(events, at=at, actor=by)


def _end_of(workspace: Workspace, day: date | None) -> datetime | None:
    """When the day is over where the workspace is."""
    return datetime.combine(day + timedelta(days=1), time(), zone_of(workspace.time_zone)) if day else None


def decide(promise: Commitment, state: str, note: str = "", *, by: Member, at: datetime) -> Commitment:
    """Say that a promise was kept, broken, or is void; that stands. Its task is done with it.

    Raises NotPermitted, BadInput, WorldMovedOn where it was decided before."""
    permit(by, "handoff.answer")
    if state not in DECIDED:
        raise BadInput(f"Choose one of: {', '.join(DECIDED)}.", code="unknown_state", field="state")
    note = _note(note, is_needed=state == State.VOID)
    with transaction.atomic():
        present = _held(promise, by)
        if present.decided_at:
            facts = {"state": present.state, "at": present.decided_at.isoformat()}
            raise WorldMovedOn("It was decided already.", code="already_decided", facts=facts)
        present.state, present.decided_at, present.decided_by, present.note = (
            state,
            max(at, present.created_at),
            by,
            note,
        )
        if present.due_at and present.due_at < at and state != State.VOID:
            present.late_at = present.due_at
        present.save()
        if present.task:
            finish(present.task, f"{present.get_state_display()}. {note}".strip(), by=by, at=at)
        told: dict[str, Any] = {"state": state, "note": note, "late": present.late_at is not None}
        _tell_all("promise.decided", [(present, told)], by, at)
    return present


def blame(promise: Commitment, consequence: str, note: str = "", *, by: Member, at: datetime) -> Commitment:
    """Say what came of a promise with the customer: friction, or the loss of the record that is lost now.

    Raises NotPermitted, BadInput."""
    permit(by, "handoff.answer")
    if consequence not in Consequence.values:
        raise BadInput(
            f"Choose one of: {', '.join(Consequence.values)}.", code="unknown_consequence", field="consequence"
        )
    note = _note(note, is_needed=False)
    with transaction.atomic():
        present = _held(promise, by)
        lost = _lost_of(present.record) if consequence == Consequence.CHURN else None
        if consequence == Consequence.CHURN and lost is None:
            raise BadInput("No customer of this journey is lost.", code="not_lost", field="consequence")
        present.consequence, present.lost, present.note = consequence, lost, note or present.note
        present.save(update_fields=["consequence", "lost", "note"])
        facts = {"consequence": consequence, "note": note, "lost": lost.number if lost else None}
        _tell_all("promise.blamed", [(present, facts)], by, at)
    return present


def _lost_of(record: Record) -> Record | None:
    """The latest record of the journey, a customer's, that was lost."""
    root = record.root_id or record.pk
    found = Record.objects.filter(root_id=root, kind="customer", stage__category="lost") | Record.objects.filter(
        pk=record.pk, stage__category="lost"
    )
    return found.order_by("-entered_stage_at").first()


def _note(note: str, *, is_needed: bool) -> str:
    note = note.strip()
    if is_needed and not note:
        raise BadInput("Say why it is void.", code="note_needed", field="note")
    if len(note) > 500:
        raise BadInput("A note has at most 500 letters.", code="too_long", field="note")
    return note


def may_decide(promise: Commitment, member: Member) -> bool:
    """Whether the member says what became of it: who keeps it, who owns its record, whom its task asks, or who leads.
    Who made it does not, though it counts for or against them, unless they are one of these."""
    named = (promise.owner_id, promise.record.owner_id, promise.task.assignee_id if promise.task else None)
    return may(member, "handoff.answer") and (member.role in LEADS or member.pk in named)


def _held(promise: Commitment, by: Member) -> Commitment:
    """Lock it for whoever says what became of it."""
    related = ("record", "task")
    locked = Commitment.objects.select_for_update(no_key=True, of=("self",))
    present: Commitment = locked.select_related(*related).get(pk=promise.pk)
    if not may_decide(present, by):
        raise NotPermitted("This promise is somebody else's to keep.", code="not_yours")
    return present


def _holders(promises: Sequence[Commitment]) -> dict[UUID, Member | None]:
    """Who of those who are here answers for each of these promises. Three queries."""
    owner_of = dict(Record.objects.filter(pk__in={each.record_id for each in promises}).values_list("pk", "owner_id"))
    line_of = {each.pk: (each.owner_id, owner_of[each.record_id], each.made_by_id) for each in promises}
    people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON)
    here = people.in_bulk([named for line in line_of.values() for named in line if named])
    last = people.filter(role=Member.Role.OWNER).order_by("joined_at").first()
    return {key: next((here[each] for each in line if each in here), last) for key, line in line_of.items()}


def find_late(workspace: Workspace, at: datetime, *, limit: int = BATCH) -> int:
    """Mark up to `limit` open promises whose day has passed as late, each with a task for who keeps it, and how many
    there were; where that one has left, for who owns the record, made it, or owns the workspace. Safe to run any number
    of times at once: each row is claimed once."""
    with transaction.atomic():
        due = Commitment.objects.filter(state=State.OPEN, due_at__lte=at).order_by("due_at")
        found = list(due.select_for_update(skip_locked=True, no_key=True)[:limit])
        holders = _holders(found)
        numbers = take_numbers("task", len(found))
        for number, promise in zip(numbers, found, strict=True):
            promise.task = Task(
                number=number,
                kind="promise",
                title=f"Promised and late: {promise.title}"[:300],
                assignee=holders[promise.pk],
                record_id=promise.record_id,
                due_at=at + TIME_FOR_TASK,
                created_at=at,
            )
            promise.state, promise.late_at = State.LATE, promise.due_at
        Task.objects.bulk_create(each.task for each in found)
        Commitment.objects.bulk_update(found, ["state", "late_at", "task"])
        _tell_all("promise.late", [(each, {"task": each.task.number}) for each in found], None, at)
    return len(found)
