"""Accepting and rejecting: the receiver's answer, in time or late, always with who, when and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.expressions.criteria import Verdict, judge
from blueprint.schema import Blueprint, ReasonTerms, SeamTerms, StageTerms
from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import record as tell_history
from core.people.models import Member, Workspace
from core.people.permissions import LEADS, permit
from handoffs.actions import returning
from handoffs.actions.access import lock_open, permit_answer, seam_in_force
from handoffs.actions.tasking import task_for_sender
from handoffs.errors import AcceptanceRefused, PacketIncomplete
from handoffs.models import Handoff
from handoffs.rules import packet, sla
from handoffs.rules.escalation import TOUCH
from lifecycle.actions import journeys
from lifecycle.actions.carrying import carry
from lifecycle.actions.owning import give
from lifecycle.facts import facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import Unmet

ASKED_OF_RECEIVER = ("required", "entry")  # of the accept stage; what the sender's stage asks traps no receiver
LONGEST_NOTE = 5_000


def accept(handoff: Handoff, *, by: Member, at: datetime) -> Handoff:
    """Take it: the record becomes the receiver's and advances, or the next record of its journey is made.

    Beats: permit, lock, decide (criteria re-checked, packet complete), write, record. Raises NotPermitted,
    HandoffAlreadyAnswered, AcceptanceRefused, PacketIncomplete, GateClosed."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        workspace = Workspace.objects.get(pk=handoff.workspace_id)
        lifecycle = blueprint_of(workspace)
        present, at = lock_open(handoff, at)
        seam = seam_in_force(workspace, present)
        permit_answer(by, present, seam)
        if gaps := packet.gaps(seam.packet, present.packet):
            raise PacketIncomplete(packet.labels(seam.packet, gaps))
        if unmet := unmet_lines(lifecycle, seam, present.record, at):
            raise AcceptanceRefused([each.as_json() for each in unmet])
        present.assignee_id = present.assignee_id or by.pk
        present.queue = None
        _answer(present, Handoff.State.ACCEPTED, by, at)
        waits_for_touch = present.touch_due_at and present.first_touched_at is None
        present.next_step, present.next_step_at = (TOUCH, present.touch_due_at) if waits_for_touch else (0, None)
        present.save()
        _tell(present, "handoff.accepted", seam, by, at)
        _move_on(workspace, lifecycle, seam, present, by, at)
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
        workspace = Workspace.objects.get(pk=handoff.workspace_id)
        lifecycle = blueprint_of(workspace)
        present, at = lock_open(handoff, at)
        seam = seam_in_force(workspace, present)
        permit_answer(by, present, seam)
        reason = _reason(workspace, reason_key, note)
        leads_to = stage_after(lifecycle, present.record, reason)
        if to is not None and to != leads_to:
            raise _leads_elsewhere(reason, to, leads_to)
        present.reason_id, present.note, present.gaps = reason.id, note.strip(), _gaps(seam, present, reason, gaps)
        _answer(present, Handoff.State.REJECTED, by, at)
        present.next_step_at = None
        present.save()
        facts = {"reason": reason.key, "disposition": reason.disposition, "note": present.note[:500]}
        _tell(present, "handoff.rejected", seam, by, at, facts | {"gaps": packet.labels(seam.packet, present.gaps)})
        if leads_to is None:
            _stay(workspace, seam, present, reason, by, at)
        elif leads_to.id != present.record.stage_id:
            said = {"reason_key": reason.key, "note": present.note}
            carry(present.record, leads_to, by=by, at=at, cause="handoff", **said)
    return present


def recall(handoff: Handoff, note: str = "", *, by: Member, at: datetime) -> Handoff:
    """The sender takes an open handoff back. Raises NotPermitted, HandoffAlreadyAnswered."""
    permit(by, "handoff.offer")
    with transaction.atomic():
        workspace = Workspace.objects.get(pk=handoff.workspace_id)
        present, at = lock_open(handoff, at)
        if by.role not in LEADS and by.pk == present.assignee_id:
            raise NotPermitted("Who has it answers it: reject it with a reason.", code="yours_to_answer")
        if by.role not in LEADS and by.pk not in (present.offered_by_id, present.record.owner_id):
            raise NotPermitted("Only who offered it, or a manager, takes it back.", code="not_yours")
        present.note = note.strip()[:LONGEST_NOTE]
        _answer(present, Handoff.State.RECALLED, by, at)
        present.next_step_at = None
        present.save()
        seam = seam_in_force(workspace, present)
        returning.offer_later(present, seam, at)
        _tell(present, "handoff.recalled", seam, by, at, {"note": present.note[:500]})
    return present


def unmet_lines(lifecycle: Blueprint, seam: SeamTerms, record: Record, at: datetime) -> list[Unmet]:
    """The acceptance criteria that are not met, with the facts they looked at. No query."""
    results = judge(lifecycle.catalogue, seam.acceptance, facts_of(record), at)
    return [
        Unmet("acceptance", each.label, each.verdict, each.facts) for each in results if each.verdict != Verdict.MET
    ]


def _answer(handoff: Handoff, state: str, by: Member, at: datetime) -> None:
    handoff.state, handoff.answered_at, handoff.answered_by, handoff.again_at = state, at, by, None
    handoff.assignments.filter(ended_at__isnull=True).update(ended_at=at)


def _tell(
    handoff: Handoff, kind: str, seam: SeamTerms, by: Member, at: datetime, facts: dict[str, Any] | None = None
) -> None:
    verdict = sla.judge(handoff.due_at, handoff.answered_at, at, breached_at=handoff.breached_at)
    told = {"number": handoff.number, "seam": seam.key, "sla": verdict.value, "run": handoff.clock_run}
    tell_history(kind, handoff, at=at, actor=by, record_id=handoff.record_id, facts=told | (facts or {}))


def _move_on(
    workspace: Workspace, lifecycle: Blueprint, seam: SeamTerms, handoff: Handoff, by: Member, at: datetime
) -> None:
    """The record goes on to the seam's stage, or the next record of the journey begins; the receiver owns it."""
    record = handoff.record
    if seam.on_accept.create:
        path = f"{seam.on_accept.create.path}"
        made = journeys.make_next(
            workspace, [record], path, by=by, at=at, owner_id=handoff.assignee_id, cause="handoff"
        )
        handoff.result = made[-1] if made else None
        handoff.save(update_fields=["result"])
        if handoff.result:
            own(handoff.result, handoff, by, at)
    else:
        own(record, handoff, by, at)
    here = lifecycle.stages_by_id[record.stage_id]
    if seam.on_accept.advance and here.key != seam.on_accept.advance:
        there = lifecycle.pipeline(here.pipeline_key).stage(seam.on_accept.advance)
        carry(record, there, by=by, at=at, cause="handoff", asks=ASKED_OF_RECEIVER)


def own(record: Record, handoff: Handoff, by: Member, at: datetime) -> None:
    """The receiver becomes the record's owner, with a line for the audit."""
    give([record], handoff.assignee, by=by, at=at, team_id=handoff.team_id, facts={"handoff": handoff.number})


def _reason(workspace: Workspace, key: str, note: str) -> ReasonTerms:
    if not key:
        raise BadInput("Say why: choose a reason.", code="reason_needed", field="reason")
    try:
        reason = blueprint_of(workspace).reason("reject", key)
    except KeyError:
        raise BadInput("There is no such reason.", code="unknown_reason", field="reason") from None
    if reason.needs_note and not note.strip():
        raise BadInput(f"“{reason.label}” needs a note.", code="note_needed", field="note")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE:,} letters.", code="too_long", field="note")
    return reason


def _gaps(seam: SeamTerms, handoff: Handoff, reason: ReasonTerms, given: Sequence[str]) -> list[str]:
    """Which items of the packet are returned as gaps: those named, else whatever required ones are blank."""
    known = {item.key for item in seam.packet}
    if unknown := [key for key in given if key not in known]:
        raise BadInput("The packet has no such item.", code="unknown_item", field="gaps", facts={"items": unknown})
    if reason.disposition != "return":
        return []
    return list(given) or packet.gaps(seam.packet, handoff.packet)


def _stay(
    workspace: Workspace, seam: SeamTerms, handoff: Handoff, reason: ReasonTerms, by: Member, at: datetime
) -> None:
    """The record stays at the seam: with somebody else, or with its sender as a task until it is offered again."""
    if reason.disposition == "route":
        returning.route_to_another(workspace, seam, handoff, at)
        return
    task_for_sender(handoff, seam, reason, by=by, at=at)
    returning.offer_later(handoff, seam, at)


def stage_after(lifecycle: Blueprint, record: Record, reason: ReasonTerms) -> StageTerms | None:
    """Where a refusal with this reason takes the record; None where it stays and the sender gets a task, also where the
    pipeline has no stage of that kind. No query."""
    here = lifecycle.stages_by_id[record.stage_id]
    category = reason.disposition.category
    if category is None:
        return None
    return here if here.category == category else lifecycle.pipeline(here.pipeline_key).first_of(category)


def _leads_elsewhere(reason: ReasonTerms, to: StageTerms, leads_to: StageTerms | None) -> RuleSaysNo:
    where = f"takes the record to {leads_to.label}" if leads_to else "leaves the record where it is, with its sender"
    facts = {"reason": reason.key, "asked": to.path, "leads_to": leads_to.path if leads_to else None}
    sentence = f"“{reason.label}” {where}, not to {to.label}."
    return RuleSaysNo(sentence, code="reason_leads_elsewhere", field="reason", facts=facts)
