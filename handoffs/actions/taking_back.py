"""Taking an acceptance back within ten seconds: everything it did, or nothing, with the reason."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from blueprint.schema.vocabularies import AccountKeeping
from core.errors import NotPermitted
from core.history.actions import record_all, tell
from core.history.models import Event
from core.people.models import Member
from core.people.permissions import LEADS, permit
from core.sql import load
from handoffs.actions.access import InHand, hold
from handoffs.actions.keeping_accounts import take_account_back
from handoffs.actions.pausing_by_state import look_at
from handoffs.actions.promising import give_promises_back
from handoffs.actions.running_playbooks import stop
from handoffs.actions.stage_ladders import follow_ages
from handoffs.models import Handoff, Pause, PlaybookRun, Task
from handoffs.refused import CannotUndo, UndoTooLate
from lifecycle.actions.entering import Entry, enter, locked
from lifecycle.actions.owning import give
from lifecycle.models import Record, StageStay

UNDO_FOR = timedelta(seconds=10)
ON_ITS_WAY = timedelta(seconds=5)  # a click in the tenth second reaches us later
LONGEST_CHAIN = 8
REOPEN = load("handoffs", "reopen_handoff")
TAKE_AWAY = load("lifecycle", "undo_created")


def undo_acceptance(handoff: Handoff, *, by: Member, at: datetime) -> Handoff:
    """Open an accepted handoff again, as it was: the records it moved go back, what it made goes, its clock goes on.

    Beats: permit, lock, decide, write, record. Only who accepted it, or who leads. Raises NotPermitted, UndoTooLate,
    and CannotUndo where something came after it."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at, must_be_open=False)
        present = held.handoff
        if present.state != Handoff.State.ACCEPTED or present.answered_at is None:
            raise CannotUndo("not_accepted", "It is not accepted, so there is nothing to take back.")
        if by.pk != present.answered_by_id and by.role not in LEADS:
            raise NotPermitted("Only who accepted it takes that back.", code="not_yours")
        if at > present.answered_at + UNDO_FOR + ON_ITS_WAY:
            raise UndoTooLate(present.answered_at)
        made = _made(present)
        was_there = {present.result_id} - {None, *made}  # a next record that accepting only moved on
        records = locked([present.record_id, *_origins_of(present.record), *filter(None, was_there)])
        _refuse_what_came_after(present, [*(each.pk for each in records), *made])
        _take_back(held, records, made)
    return Handoff.objects.get(pk=present.pk)


def may_undo(handoff: Handoff, by: Member, at: datetime) -> bool:
    """Whether the page offers it: by who accepted it, in the ten seconds after. No query."""
    return (
        handoff.state == Handoff.State.ACCEPTED
        and handoff.answered_at is not None
        and handoff.answered_by_id == by.pk
        and at <= handoff.answered_at + UNDO_FOR
    )


def _made(handoff: Handoff) -> list[UUID]:
    """The records that accepting made: the next of the journey, and what followed from it."""
    made: list[UUID] = []
    above = [handoff.record_id]
    for _ in range(LONGEST_CHAIN):
        found = Record.objects.filter(origin_id__in=above, created_at__gte=handoff.answered_at)
        above = list(found.exclude(pk__in=made).values_list("pk", flat=True))
        if not above:
            break
        made += above
    return made


def _origins_of(record: Record) -> Iterator[UUID]:
    """The records it came from: a lead follows what came of it."""
    origin_id = record.origin_id
    for _ in range(LONGEST_CHAIN):
        if origin_id is None:
            return
        yield origin_id
        origin_id = Record.objects.values_list("origin_id", flat=True).get(pk=origin_id)


def _refuse_what_came_after(handoff: Handoff, record_ids: list[UUID]) -> None:
    """Raises CannotUndo where somebody, or a rule, built on the acceptance. Four queries."""
    since = handoff.answered_at
    if Pause.objects.filter(handoff=handoff, ended_at__gte=since).exists():
        raise CannotUndo("was_paused", "Its clock stood still; accepting let it go on.")
    offered = Handoff.objects.filter(record_id__in=record_ids, offered_at__gte=since).exclude(pk=handoff.pk)
    if on := offered.select_related("seam").first():
        raise CannotUndo("offered_on", f"It was offered on across {on.seam.label} as handoff #{on.number}.")
    later = Event.objects.filter(record_id__in=record_ids, at__gt=since, actor__isnull=False)
    if handoff.first_touched_at is not None and since is not None and handoff.first_touched_at >= since:
        raise CannotUndo("done_since", "It was touched since.")
    if later.exists():
        raise CannotUndo("done_since", "Something was done with the record since.")


def _take_back(held: InHand, records: list[Record], made: list[UUID]) -> None:
    handoff, by, at = held.handoff, held.by, held.at
    accepted_at = handoff.answered_at
    facts = {"number": handoff.number, "seam": held.seam.key}
    events = [("handoff.acceptance_undone", "handoff", handoff.pk, handoff.record_id, facts)]
    events += [("record.undone", "record", record_id, record_id, facts) for record_id in made]
    record_all(events, at=at, actor=by)
    back = [entry for record in records if (entry := _back(held, record, accepted_at))]
    owners = _former_owners([record.pk for record in records], accepted_at)
    if back:  # before it is open again, which would hold them where they are
        entered = enter(held.workspace, held.lifecycle, back, by=by, at=at)
        if held.lifecycle.limited_stages:
            follow_ages(held.workspace, entered, by=by, at=at)
    asked = Task.objects.filter(record_id__in=made, made_by=None, done_at=None)
    asked.update(record=None)  # they are closed with the playbook and stay, for no task is ever deleted
    give_promises_back(handoff, by=by, at=at)
    _end_playbooks([*(record.pk for record in records), *made], accepted_at, by, at)
    REOPEN.run(handoff=handoff.pk, at=at, touch_at_once=held.seam.touch_at_once)
    look_at(held.lifecycle, [handoff.record_id], at)
    if made:
        tell("records.undone", record_ids=made)
        _take_away(made)
    for record in records:
        if record.pk in owners:
            give([record], owners[record.pk], by=by, at=at, facts=facts)
    if held.seam.keeps_account != AccountKeeping.NEVER and accepted_at:
        ids = {each.account_id for each in records if each.account_id}
        take_account_back(held.seam, ids, accepted_at=accepted_at, by=by, at=at)


def _end_playbooks(record_ids: list[UUID], accepted_at: datetime | None, by: Member, at: datetime) -> None:
    """What began with the stage that accepting moved a record to, or made it in. One query where nothing did."""
    begun = PlaybookRun.objects.filter(record_id__in=record_ids, began_at__gte=accepted_at, ended_at=None)
    stop(dict.fromkeys(begun.values_list("pk", flat=True), "The acceptance was taken back."), by=by, at=at)


def _back(held: InHand, record: Record, accepted_at: datetime | None) -> Entry | None:
    """The way back of a record that accepting moved; None for one that stands where it stood."""
    before = StageStay.objects.filter(record=record, entered_at__lt=accepted_at).order_by("entered_at", "id").last()
    if before is None or before.exited_at is None:
        return None
    return Entry(record, (held.lifecycle.stages_by_id[before.stage_id],), "undo")


def _former_owners(record_ids: list[UUID], accepted_at: datetime | None) -> dict[UUID, Member | None]:
    """Whose the records were that accepting gave away. Two queries."""
    found = Event.objects.filter(record_id__in=record_ids, kind="record.owner_changed", at__gte=accepted_at)
    former = {record_id: facts.get("from") for record_id, facts in found.values_list("record_id", "facts")}
    people = Member.objects.in_bulk([each for each in former.values() if each])
    return {record_id: people.get(UUID(each)) if each else None for record_id, each in former.items()}


def _take_away(made: list[UUID]) -> None:
    """Raises CannotUndo where something points at what accepting made."""
    try:
        with transaction.atomic():
            TAKE_AWAY.rows(records=made)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
    except IntegrityError:
        raise CannotUndo("built_on", "Something refers to what accepting made.") from None
