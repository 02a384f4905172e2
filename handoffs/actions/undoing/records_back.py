"""Taking back that somebody moved a record, or gave it to somebody else: within ten seconds, with all that it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from blueprint.documents import blueprint_of
from core.errors import Refusal
from core.history.actions import record_all
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.tenancy.numbers import take_numbers
from handoffs.actions.in_bulk.bulk_answers import answer_all
from handoffs.actions.in_bulk.bulk_rows import InHands
from handoffs.actions.keeping_accounts import take_gifts_back
from handoffs.actions.pausing_by_state import look_at
from handoffs.actions.running_playbooks import stop
from handoffs.actions.seam_clocks import USUAL
from handoffs.actions.stage_ladders import follow_ages
from handoffs.actions.taking_back import UNDO_FOR
from handoffs.actions.undoing.giving_back import let_tasks_stay, take_made_away
from handoffs.actions.undoing.moves_of_records import RecordDeed, last_gift, last_move, line_of, what_keeps
from handoffs.models import Clock, Handoff, PlaybookRun, Task, TurnMove
from lifecycle.actions.entering import Entry, enter, locked
from lifecycle.actions.owning import give
from lifecycle.models import Record, StayChange

WAS_MOVED = "The move was taken back."


def undo_move(record: Record, *, by: Member, at: datetime) -> Record:
    """The record stands where it stood before somebody moved it, as do leads that followed: what the move offered is
    recalled, with its turn, what it made goes, playbooks it began stop, clocks it stopped go on.

    Beats: permit, lock, decide, write, record. Only who moved it. Raises NotPermitted, UndoTooLate, AnswerFirst, and
    CannotUndo where something came after it."""
    permit(by, "record.advance")
    with transaction.atomic():
        workspace = Workspace.objects.get(pk=record.workspace_id)
        records = {each.pk: each for each in locked(line_of(record.pk))}
        deed = last_move(records[record.pk], records)
        deed.refuse_other(by, at)
        if why := what_keeps(deed, blueprint_of(workspace)):
            raise why
        moment = max([at, *(records[each].updated_at for each in deed.back_to)])
        _tell(deed, by, moment)
        offered = _recall(workspace, deed, by, moment)
        let_tasks_stay(deed.made)
        begun = PlaybookRun.objects.filter(record_id__in=deed.reached, began_at__gte=deed.since, ended_at=None)
        stop(dict.fromkeys(begun.values_list("pk", flat=True), WAS_MOVED), by=by, at=moment)
        _enter_back(workspace, deed, records, by, moment)
        _companies_back(offered, deed, by, moment)  # after tasks and playbooks: locks are taken in one order
        _clocks_go_on(deed, moment)
        take_made_away(deed.made)
    record.refresh_from_db()
    return record


def undo_owner(record: Record, *, by: Member, at: datetime) -> Record:
    """The record is whose it was before somebody gave it away by hand, in the team it was in.

    Beats: permit, lock, decide, write, record. Only who gave it. Raises NotPermitted, UndoTooLate, and CannotUndo where
    something came after it."""
    permit(by, "record.write")
    with transaction.atomic():
        workspace = Workspace.objects.get(pk=record.workspace_id)
        [present] = locked([record.pk])
        deed = last_gift(present)
        deed.refuse_other(by, at)
        if why := what_keeps(deed, blueprint_of(workspace)):
            raise why
        former = Member.objects.select_for_update(no_key=True).get(pk=deed.former_id) if deed.former_id else None
        kept = StayChange.objects.filter(record=present, at=deed.since, owner_before=deed.former_id).last()
        give([present], former, by=by, at=at, team_id=kept.team_before if kept else None, facts={"undone": True})
    record.refresh_from_db()
    return record


@dataclass(frozen=True)
class Undoable:
    """What somebody did to a record just now. `why_not`: what came after it and keeps it; "" where it is taken back."""

    deed: RecordDeed
    said: str
    why_not: str


def undoable(record: Record, what: str, *, by: Member, at: datetime) -> Undoable | None:
    """What this person did to the record in the last ten seconds, `moved` or `owned`, and whether it can be taken back;
    None where they did nothing. A look, which holds nothing. One query where nothing was done."""
    if record.updated_at < at - UNDO_FOR:
        return None
    lifecycle = blueprint_of(record.workspace)
    try:
        deed = last_move(record, line_of(record.pk)) if what == "moved" else last_gift(record)
        deed.refuse_other(by, at)
    except Refusal:
        return None
    if at > deed.until:
        return None
    said = f"Moved to {lifecycle.stages_by_id[record.stage_id].label}"
    if what == "owned":
        said = f"Given to {record.owner.name if record.owner else 'nobody'}"
    why = what_keeps(deed, lifecycle)
    return Undoable(deed, said, why.detail if why else "")


def _tell(deed: RecordDeed, by: Member, at: datetime) -> None:
    facts = {"number": deed.record.number}
    told = [("record.move_undone", "record", deed.record.pk, deed.record.pk, facts)]
    told += [("record.undone", "record", each, each, facts) for each in deed.made]
    record_all(told, at=at, actor=by)


def _recall(workspace: Workspace, deed: RecordDeed, by: Member, at: datetime) -> InHands | None:
    """What the move offered and nobody has had in hand."""
    if not deed.offered:
        return None
    ids = [each.pk for each in deed.offered]
    list(Handoff.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    held = InHands(workspace, deed.offered, by, at, {})
    answer_all(held, Handoff.State.RECALLED, note=WAS_MOVED, turn_back=TurnMove.Why.RECALLED)
    return held


def _companies_back(offered: InHands | None, deed: RecordDeed, by: Member, at: datetime) -> None:
    """A company that a rule gave away with the offer is nobody's again."""
    for seam, handoffs in offered.by_seam() if offered else ():
        since = {each.record.account_id: deed.since for each in handoffs if each.record.account_id}
        take_gifts_back(seam, since, WAS_MOVED, except_for=[each.pk for each in handoffs], by=by, at=at)


def _enter_back(
    workspace: Workspace, deed: RecordDeed, records: Mapping[UUID, Record], by: Member, at: datetime
) -> None:
    lifecycle = blueprint_of(workspace)
    entries = [
        Entry(records[record_id], (lifecycle.stages_by_id[stage_id],), "undo")
        for record_id, stage_id in sorted(deed.back_to.items())
    ]
    entered = enter(workspace, lifecycle, entries, by=by, at=at)
    if lifecycle.limited_stages:
        follow_ages(workspace, entered, by=by, at=at)
    look_at(lifecycle, list(deed.back_to), at)


def _clocks_go_on(deed: RecordDeed, at: datetime) -> None:
    """Clocks of seams that the move stopped, since what they ask for was done by it: each goes on as one of its own,
    for a clock that stopped is never changed; and a task that asked for it comes again."""
    theirs = Clock.objects.filter(stopped_at=deed.since).exclude(kind__in=USUAL)
    of = theirs.filter(handoff__record__in=deed.back_to) | theirs.filter(handoff__result__in=deed.back_to)
    for clock in of.select_related("handoff").order_by("pk"):
        last = Clock.objects.filter(handoff=clock.handoff, kind=clock.kind).aggregate(run=Max("run"))["run"]
        ahead: list[dict[str, Any]] = clock.ahead
        kept = ("handoff", "kind", "member_id", "started_at", "due_at", "hours_id", "restarts", "breached_at", "rungs")
        Clock.objects.create(
            run=last + 1,
            rung=clock.rung,
            state=Clock.State.BREACHED if clock.breached_at else Clock.State.RUNNING,
            next_rung_at=datetime.fromisoformat(ahead[0]["at"]) if ahead else None,
            **{name: getattr(clock, name) for name in kept},
        )
        _ask_again(Task.objects.filter(handoff=clock.handoff, kind=clock.rungs[0]["task"], done_at=deed.since), at)


def _ask_again(closed: Any, at: datetime) -> None:
    kept = ("kind", "title", "assignee", "team", "handoff", "record", "due_at", "hours_id")
    tasks = list(closed)
    Task.objects.bulk_create(
        Task(number=number, created_at=at, **{name: getattr(task, name) for name in kept})
        for number, task in zip(take_numbers("task", len(tasks)), tasks, strict=True)
    )
