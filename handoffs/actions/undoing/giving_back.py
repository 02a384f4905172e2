"""Undoing deeds that nothing came after: what they moved goes back, what they made goes, clocks and pauses go on."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from blueprint.schema.vocabularies import AccountKeeping
from core.history.actions import record_all, tell
from core.history.models import Event
from core.people.models import Member
from core.sql import load
from handoffs.actions.in_bulk.bulk_answers import answer_all
from handoffs.actions.in_bulk.bulk_rows import InHands
from handoffs.actions.keeping_accounts import take_accounts_back, take_gifts_back
from handoffs.actions.pausing_by_state import look_at
from handoffs.actions.promising import give_promises_back
from handoffs.actions.running_playbooks import stop
from handoffs.actions.settling import settle
from handoffs.actions.stage_ladders import follow_ages
from handoffs.actions.undoing.came_after import what_refers
from handoffs.actions.undoing.deeds_done import UNDONE, BeingUndone, DeedDone
from handoffs.actions.undoing.pauses_back import end_those_begun_since, ended_by, let_go_on
from handoffs.models import Handoff, PlaybookRun, Seam, Task, TurnMove
from handoffs.refused import CannotUndo
from handoffs.rules.escalation import ASKS_FOR_ANSWER, TASK_KINDS
from lifecycle.actions.entering import Entry, enter
from lifecycle.actions.owning import give
from lifecycle.models import Record, StageStay

REOPEN = load("handoffs", "reopen_handoffs")
TAKE_AWAY = load("lifecycle", "undo_created")
State = Handoff.State
ANSWERED = (State.ACCEPTED, State.REJECTED, State.RECALLED)
WAS_REJECTED = "The rejection was taken back."
MOVED_BY_ANSWERS = ("handoff", "journey")  # causes of stays


def give_back(undone: BeingUndone) -> None:
    """Open handoffs again as they were, with all that they did. The queries do not grow with them, but by who had what
    and by seam.

    Raises CannotUndo where something refers to what came of one, or a promise was decided in this moment."""
    made = {each for deed in undone.deeds for each in deed.made}
    _tell(undone)
    _records_back(undone)
    _refuse_elsewhere(undone)
    let_tasks_stay(made)
    give_promises_back([each.handoff for each in undone.of(State.ACCEPTED)], **undone.moment)
    _end_playbooks(undone)
    _unreturn(undone)
    _reopen(undone)
    take_made_away(made)
    _owners_back(undone)
    _accounts_back(undone)


def _tell(undone: BeingUndone) -> None:
    events: list[tuple[str, str, UUID, UUID | None, Mapping[str, Any]]] = []
    gone: set[UUID] = set()
    for deed in undone.deeds:
        handoff = deed.handoff
        events.append((UNDONE[State(deed.state)], "handoff", handoff.pk, handoff.record_id, deed.facts))
        events += [("record.undone", "record", each, each, deed.facts) for each in deed.made - gone]
        gone |= deed.made
    record_all(events, at=undone.at, actor=undone.by)


def _records_back(undone: BeingUndone) -> None:
    """Records that were moved enter the stage they stood in before; before their handoff is open again, which would
    hold them where they are."""
    since = _first_reached(undone)
    found = StageStay.objects.filter(record__in=since, entered_at__gte=min(since.values())) if since else ()
    stood: dict[UUID, UUID] = {}
    for stay in sorted(found, key=lambda each: (each.entered_at, each.pk)):
        # In one moment with what came before it only what answers move is the deed's.
        is_deeds = stay.entered_at > since[stay.record_id] or stay.cause in MOVED_BY_ANSWERS
        if is_deeds and stay.entered_at >= since[stay.record_id] and stay.from_stage_id:
            stood.setdefault(stay.record_id, stay.from_stage_id)
    back = [
        Entry(undone.records[record_id], (undone.lifecycle.stages_by_id[stage_id],), "undo")
        for record_id, stage_id in stood.items()
        if undone.records[record_id].stage_id != stage_id
    ]
    if back:
        entered = enter(undone.workspace, undone.lifecycle, back, **undone.moment)
        if undone.lifecycle.limited_stages:
            follow_ages(undone.workspace, entered, **undone.moment)


def _refuse_elsewhere(undone: BeingUndone) -> None:
    """What is open stands where its seam offers it. Raises CannotUndo where a record went on in the same moment."""
    seams = Seam.objects.in_bulk({each.handoff.seam_id for each in undone.deeds})
    for deed in undone.of(*ANSWERED):
        record = undone.records[deed.handoff.record_id]
        if record.stage_id != seams[deed.handoff.seam_id].trigger_stage_id:
            stage = undone.lifecycle.stages_by_id[record.stage_id]
            said = f"{record.name} (record #{record.number}) stands in {stage.label} now."
            raise CannotUndo("moved_on", said, {"record": record.number, "stage": stage.path})


def _first_reached(undone: BeingUndone) -> dict[UUID, datetime]:
    """The records that may have been moved, with when the first deed reached each."""
    first: dict[UUID, datetime] = {}
    for deed in undone.of(*ANSWERED):
        for each in deed.records & undone.records.keys():
            first[each] = min(deed.since, first.get(each, deed.since))
    return first


def _end_playbooks(undone: BeingUndone) -> None:
    """What began with the stage that a record was moved to, or made in. One query where nothing did."""
    deeds = undone.of(State.ACCEPTED, State.REJECTED)
    if not deeds:
        return
    reached = {each for deed in deeds for each in deed.reached}
    since = min(each.since for each in deeds)
    begun = PlaybookRun.objects.filter(record_id__in=reached, began_at__gte=since, ended_at=None)
    said = {State.ACCEPTED: "The acceptance was taken back.", State.REJECTED: WAS_REJECTED}
    stop(dict.fromkeys(begun.values_list("pk", flat=True), said[State(deeds[0].state)]), **undone.moment)


def _unreturn(undone: BeingUndone) -> None:
    """What was rejected is no longer with its sender, nor with whom it was offered to instead."""
    rejected = undone.of(State.REJECTED)
    if not rejected:
        return
    outcome = WAS_REJECTED
    settle({each.handoff.pk: outcome for each in rejected}, ["returned"], **undone.moment)
    if anew := [each for deed in rejected for each in deed.offered]:
        held = InHands(undone.workspace, anew, undone.by, undone.at, {})
        answer_all(held, State.RECALLED, note=outcome, turn_back=TurnMove.Why.RECALLED)


def _reopen(undone: BeingUndone) -> None:
    pauses = ended_by(undone)
    end_those_begun_since(undone)
    REOPEN.run(
        undone=json.dumps([_as_row(each) for each in undone.deeds]),
        at=undone.at,
        kinds=[*ASKS_FOR_ANSWER, TASK_KINDS["touch"]],
    )
    let_go_on(undone, pauses)
    look_at(undone.lifecycle, [each.handoff.record_id for each in undone.deeds], undone.at)


def _as_row(deed: DeedDone) -> dict[str, Any]:
    return {
        "handoff": str(deed.handoff.pk),
        "run": deed.run,
        "since": deed.since.isoformat(),
        "by": str(deed.by_id),
        "touch_at_once": deed.seam.touch_at_once,
        "touch_due": deed.touch_due and deed.touch_due.isoformat(),
    }


def let_tasks_stay(made: Collection[UUID]) -> None:
    """Tasks about records that go close with their playbooks and stay, about no record: no task is ever deleted."""
    if made:
        Task.objects.filter(record_id__in=made, made_by=None, done_at=None).update(record=None)


def take_made_away(made: Collection[UUID]) -> None:
    """Records that came of what is undone go. Raises CannotUndo where something points at one."""
    if not made:
        return
    tell("records.undone", record_ids=list(made))
    try:
        with transaction.atomic():
            TAKE_AWAY.rows(records=list(made))
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
    except IntegrityError as why:
        raise what_refers(why, made) from None


def _owners_back(undone: BeingUndone) -> None:
    """Records that were given away are whose they were. One query, and three for each of whom they were."""
    moving = undone.of(State.ACCEPTED, State.REJECTED)
    deed_of = {each: deed for deed in moving for each in deed.records if each in undone.records}
    if not deed_of:
        return
    first = min(each.since for each in moving)
    found = Event.objects.filter(record_id__in=deed_of, kind="record.owner_changed", at__gte=first)
    former = {}
    for record_id, at, facts in found.order_by("-at", "-id").values_list("record_id", "at", "facts"):
        since = deed_of[record_id].since
        if at > since or (at == since and "handoff" in facts):  # else it came before, in the same moment
            former[record_id] = facts.get("from")  # the first change counts
    people = Member.objects.in_bulk([UUID(each) for each in set(former.values()) if each])
    owned: dict[str | None, list[Record]] = defaultdict(list)
    for record_id, owner_id in former.items():
        owned[owner_id].append(undone.records[record_id])
    for owner_id, records in owned.items():
        told = {each.pk: deed_of[each.pk].facts for each in records}
        give(records, people.get(UUID(owner_id)) if owner_id else None, each_facts=told, **undone.moment)


def _accounts_back(undone: BeingUndone) -> None:
    by_seam: dict[UUID, list[DeedDone]] = defaultdict(list)
    for deed in undone.of(State.ACCEPTED):
        if deed.seam.keeps_account != AccountKeeping.NEVER:
            by_seam[deed.seam.id].append(deed)
    for deeds in by_seam.values():
        since: dict[UUID, datetime] = {}
        for deed in deeds:
            for record in (undone.records[each] for each in deed.records if each in undone.records):
                if record.account_id:
                    since[record.account_id] = min(deed.since, since.get(record.account_id, deed.since))
        undone_ids = [each.handoff.pk for each in deeds]
        take_accounts_back(deeds[0].seam, since, except_for=undone_ids, **undone.moment)
    offered = [(deed, on) for deed in undone.of(State.REJECTED) for on in deed.offered if on.record.account_id]
    for seam_id in dict.fromkeys(on.seam_id for _, on in offered):
        those = [(deed, on) for deed, on in offered if on.seam_id == seam_id]
        since = {on.record.account_id: deed.since for deed, on in those if on.record.account_id}
        recalled = [on.pk for _, on in those]
        take_gifts_back(those[0][0].seam, since, WAS_REJECTED, except_for=recalled, **undone.moment)
