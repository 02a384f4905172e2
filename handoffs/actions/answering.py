"""Accepting and rejecting: the receiver's answer, in time or late, always with who, when and why."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.schema import Blueprint, ReasonTerms, StageTerms
from blueprint.schema.vocabularies import AccountKeeping, Category, PacketType
from core.errors import BadInput
from core.history.actions import blueprint_version, request_id
from core.kept_plans import Prepared, rows_of
from core.notices.mentions import tell_mentioned
from core.people.models import Member
from core.people.permissions import permit
from core.sql import load
from handoffs.actions import returning
from handoffs.actions.access import InHand, hold, hold_to_answer
from handoffs.actions.keeping_accounts import keep_account
from handoffs.actions.lock_order import hold_for_accepting
from handoffs.actions.pausing_by_state import look_at
from handoffs.actions.promising import take_promises
from handoffs.actions.reach import reach_of
from handoffs.actions.seam_clocks import begin_seam_clocks
from handoffs.actions.standing_still import wake
from handoffs.actions.tasking import task_for_sender
from handoffs.models import Handoff, TurnMove
from handoffs.refused import AcceptanceRefused, PacketIncomplete, leads_elsewhere
from handoffs.rules import packet, sla
from handoffs.rules.escalation import ANSWERS, ASKS_FOR_ANSWER, TASK_KINDS
from lifecycle.actions import journeys
from lifecycle.actions.advancing import carry
from lifecycle.actions.entering import locked
from lifecycle.actions.owning import give
from lifecycle.actions.rescoring import ask_soon
from lifecycle.facts import facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import unmet_of

ANSWER = Prepared.of(load("handoffs", "answer_handoff"))
ASKED_OF_RECEIVER = ("required", "entry")  # of the accept stage; what the sender's stage asks traps no receiver
LONGEST_NOTE = 5_000


def accept(handoff: Handoff, *, by: Member, at: datetime) -> Handoff:
    """Take it: the record becomes the receiver's and advances, or the next record of its journey is made.

    Beats: permit, lock, decide (criteria re-checked, packet complete), write, record. Raises NotPermitted,
    HandoffAlreadyAnswered, AcceptanceRefused, PacketIncomplete, GateClosed."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        held = hold_to_answer(handoff, by=by, at=at)
        present, seam = held.handoff, held.seam
        if gaps := packet.gaps(seam.packet, present.packet):
            raise PacketIncomplete(packet.labels(seam.packet, gaps))
        facts = facts_of(present.record, held.workspace, held.at)
        if unmet := unmet_of(held.lifecycle, "acceptance", seam.acceptance, facts, held.at):
            raise AcceptanceRefused([each.as_json() for each in unmet])
        present.assignee_id = present.assignee_id or by.pk
        present.queue = None
        _answer(held, Handoff.State.ACCEPTED)
        _move_on(held)
        if present.seam_terms.steps:
            begin_seam_clocks([present], by=by, at=held.at)
        if held.seam.pause_when:
            look_at(held.lifecycle, [present.record_id], held.at)
            present.refresh_from_db(fields=["touch_due_at", "paused_until"])
    return present


def reject(
    handoff: Handoff,
    reason_key: str,
    note: str = "",
    *,
    by: Member,
    at: datetime,
    gaps: Sequence[str] = (),
    to: StageTerms | None = None,
) -> Handoff:
    """Refuse it with a reason code; its disposition says what happens next: recycled, disqualified, or back to the
    sender with the gaps named. No gate of the sender's is asked. `to`: the stage that whoever moves the record expects.
    Raises NotPermitted, HandoffAlreadyAnswered, BadInput, RuleSaysNo where the reason leads elsewhere."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        held = hold_to_answer(handoff, by=by, at=at)
        present = held.handoff
        reason = reason_named(held.lifecycle, reason_key, note)
        leads_to = stage_after(held.lifecycle, present.record, reason)
        if to is not None and to != leads_to:
            raise leads_elsewhere(reason, to, leads_to)
        present.reason_id, present.note, present.gaps = reason.id, note.strip(), _gaps(held, reason, gaps)
        returned = {"gaps": packet.labels(held.seam.packet, present.gaps)}
        facts = {"reason": reason.key, "disposition": reason.disposition, "note": present.note[:500]}
        turn_back = TurnMove.Why.REJECTED if reason.gives_turn_back else ""
        _answer(held, Handoff.State.REJECTED, facts | returned, turn_back)
        if leads_to and leads_to.id != present.record.stage_id:
            said = {"reason_key": reason.key, "note": present.note}
            carry(held.workspace, present.record, leads_to, by=by, at=held.at, cause="handoff", **said)
        elif leads_to is None and reason.disposition == "route":  # to somebody else at once; who sent it stays so
            returning.offer_again(held.workspace, held.seam, [present.record_id], by=None, at=held.at)
        elif leads_to is None:
            task_for_sender(held, reason)
            _offer_later(held)
    return present


def recall(handoff: Handoff, note: str = "", *, by: Member, at: datetime) -> Handoff:
    """The sender takes an open handoff back. Raises NotPermitted, HandoffAlreadyAnswered."""
    permit(by, "handoff.offer")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at)
        present = held.handoff
        if why_not := reach_of(by, [present.pk]).why_not_taken_back(present):
            raise why_not
        present.note = note.strip()[:LONGEST_NOTE]
        _answer(held, Handoff.State.RECALLED, {"note": present.note[:500]}, TurnMove.Why.RECALLED)
        _offer_later(held)
    return present


def _answer(held: InHand, state: str, facts: dict[str, Any] | None = None, turn_back: str = "") -> None:
    """Write the answer, end the assignment, close the tasks that asked for it, and tell history with how the promise
    was kept. `turn_back`: why the turn it cost is given back, if it is."""
    handoff, by, at = held.handoff, held.by, held.at
    if handoff.is_paused(at):
        wake([handoff], by=by, at=at)
    handoff.state, handoff.answered_at, handoff.answered_by, handoff.again_at = state, at, by, None
    verdict = sla.judge(handoff.due_at, at, at, breached_at=handoff.breached_at)
    is_accepted = state == Handoff.State.ACCEPTED
    touch_due = handoff.touch_due_at if is_accepted and handoff.first_touched_at is None else None
    told = {"number": handoff.number, "seam": held.seam.key, "sla": verdict.value, "run": handoff.clock_run}
    rows_of(
        ANSWER,
        workspace=held.workspace.pk,
        handoff=handoff.pk,
        state=state,
        at=at,
        by=by.pk,
        assignee=handoff.assignee_id,
        queue=handoff.queue_id,
        touch_due=touch_due,
        touch_rungs=json.dumps(sla.touch_rungs(touch_due) if touch_due else []),
        reason=handoff.reason_id,
        note=handoff.note,
        gaps=json.dumps(handoff.gaps),
        facts=json.dumps(told | (facts or {})),
        kinds=[*ASKS_FOR_ANSWER] if is_accepted else [*ASKS_FOR_ANSWER, TASK_KINDS["touch"]],
        outcome=ANSWERS[state].format(by.name),
        turn_back=turn_back,
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )
    if "@" in handoff.note:
        tell_mentioned(handoff.note, handoff.record.name, about="handoff", number=handoff.number, by=by, at=at)


def _offer_later(held: InHand) -> None:
    """Note when a handoff that came back is offered again by itself, as the seam says; and what the record would have
    entered by itself meanwhile is asked now that nothing holds it. Two queries."""
    Handoff.objects.filter(pk=held.handoff.pk).update(again_at=sla.offered_again_at(held.seam, held.at))
    ask_soon([held.handoff.record_id], held.at)


def _move_on(held: InHand) -> None:
    """The record goes on to the seam's stage, or the next record of the journey begins or comes as far; the receiver
    owns it. What goes nowhere is asked what it would have entered by itself meanwhile."""
    handoff, then = held.handoff, held.seam.on_accept
    record, owned = handoff.record, handoff.record
    moment: dict[str, Any] = {"by": held.by, "at": held.at}
    hold_for_accepting([held.seam], [record.pk])
    if then.create:
        made = journeys.make_next(
            held.workspace, [record], then.create.path, owner_id=handoff.assignee_id, cause="handoff", **moment
        )
        handoff.result = owned = made[-1] if made else None  # type: ignore[assignment]
        handoff.save(update_fields=["result"])
        if owned:
            owned = _come_as_far(held, owned, held.lifecycle.stages_by_path[then.create.path])
        [record] = locked([record.pk])  # it may have followed what it made
    if any(item.type == PacketType.PROMISES for item in held.seam.packet):
        take_promises(held.workspace, [handoff], held.seam, **moment)
    if owned:
        give([owned], handoff.assignee, team_id=handoff.team_id, facts={"handoff": handoff.number}, **moment)
        if held.seam.keeps_account != AccountKeeping.NEVER and owned.account_id and handoff.assignee:
            owners = {owned.account_id: handoff.assignee}
            keep_account(held.seam, owners, held.seam.keeps_account, cause="accepted", **moment)
    here = held.lifecycle.stages_by_id[record.stage_id]
    if then.advance and here.key != then.advance:
        there = held.lifecycle.pipeline(here.pipeline_key).stage(then.advance)
        carry(held.workspace, record, there, cause="handoff", asks=ASKED_OF_RECEIVER, **moment)
    elif goes_by_itself(held.lifecycle, here):
        ask_soon([record.pk], held.at)


def goes_by_itself(lifecycle: Blueprint, here: StageTerms) -> bool:
    """Whether a record that stands there may enter a stage by itself. No query."""
    return here.category == Category.OPEN and lifecycle.pipeline(here.pipeline_key).enters_by_itself


def is_behind(lifecycle: Blueprint, following: Record, there: StageTerms) -> bool:
    """Whether a next record has not come as far as accepting leads. No query."""
    here = lifecycle.stages_by_id[following.stage_id]
    return here.category == Category.OPEN and here.position < there.position


def _come_as_far(held: InHand, following: Record, there: StageTerms) -> Record:
    """A next record that was there before, and has not come as far as accepting leads, goes there through its gate.
    Two queries, none for one that was made just now."""
    if is_behind(held.lifecycle, following, there):
        [following] = locked([following.pk])
        carry(held.workspace, following, there, cause="handoff", asks=ASKED_OF_RECEIVER, by=held.by, at=held.at)
    return following


def reason_named(lifecycle: Blueprint, key: str, note: str) -> ReasonTerms:
    """The reason to refuse with. No query. Raises BadInput for one that is none, or that needs a note."""
    if not key:
        raise BadInput("Say why: choose a reason.", code="reason_needed", field="reason")
    try:
        reason = lifecycle.reason("reject", key)
    except KeyError:
        raise BadInput("There is no such reason.", code="unknown_reason", field="reason") from None
    if reason.needs_note and not note.strip():
        raise BadInput(f"“{reason.label}” needs a note.", code="note_needed", field="note")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE:,} letters.", code="too_long", field="note")
    return reason


def _gaps(held: InHand, reason: ReasonTerms, given: Sequence[str]) -> list[str]:
    """Which items of the packet are returned as gaps: those named, else whatever required ones are blank."""
    known = {item.key for item in held.seam.packet}
    if unknown := [key for key in given if key not in known]:
        raise BadInput("The packet has no such item.", code="unknown_item", field="gaps", facts={"items": unknown})
    if reason.disposition != "return":
        return []
    return list(given) or packet.gaps(held.seam.packet, held.handoff.packet)


def stage_after(lifecycle: Blueprint, record: Record, reason: ReasonTerms) -> StageTerms | None:
    """Where a refusal with this reason takes the record; None where it stays and the sender gets a task: also where the
    pipeline has no stage of that kind, and where it was won, since no customer is lost by a refusal. No query."""
    here = lifecycle.stages_by_id[record.stage_id]
    category = reason.disposition.category
    if category is None or here.category == Category.WON:
        return None
    return here if here.category == category else lifecycle.pipeline(here.pipeline_key).first_of(category)
