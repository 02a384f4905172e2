"""What handoffs do when records move: named in `revops/wiring.py`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from handoffs.actions.answering import own
from handoffs.actions.offering import offer_set
from handoffs.blueprint import handoffs_at, handoffs_of
from handoffs.models import Assignment, Handoff
from handoffs.rules import packet
from handoffs.rules.escalation import TOUCH
from lifecycle.blueprint import lifecycle_of
from revops.history.actions import record_all
from revops.workspaces.models import Member, Workspace


def offer_where_triggered(
    *,
    workspace: Workspace,
    entered: Mapping[UUID, Sequence[UUID]],
    by: Member | None,
    at: datetime,
    fresh: Collection[UUID] = frozenset(),
    **news: Any,
) -> None:
    """Offer a handoff for every record that entered a seam's trigger stage; close those that a record left behind.

    `fresh` records were made just now and can have left nothing behind. At most one query for the stages that trigger
    nothing, and one for each seam that is triggered."""
    by_trigger = handoffs_of(workspace).seams_by_trigger
    moved_on = [
        record_id
        for stage_id, ids in entered.items()
        if stage_id not in by_trigger
        for record_id in ids
        if record_id not in fresh
    ]
    if moved_on:
        close_left_behind(workspace, moved_on, by=by, at=at)
    for stage_id, record_ids in entered.items():
        if stage_id in by_trigger:
            offer_set(workspace, by_trigger[stage_id], record_ids, by=by, at=at)


def close_left_behind(workspace: Workspace, record_ids: Sequence[UUID], *, by: Member | None, at: datetime) -> None:
    """Close open handoffs whose record has left the trigger stage by another door.

    Moved straight to the stage that accepting leads to, with a complete packet, it counts as accepted by who moved
    it; otherwise it is recalled. One query when there is none."""
    rows = Handoff.objects.open().filter(record_id__in=record_ids).exclude(seam__trigger_stage=F("record__stage"))
    left = list(rows.select_related("record").select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not left:
        return
    lifecycle, events = lifecycle_of(workspace), []
    for handoff in left:
        seam = handoffs_at(workspace.pk, handoff.blueprint_version).seams_by_id[handoff.seam_id]
        stands = lifecycle.stages_by_id.get(handoff.record.stage_id)
        reached = stands is not None and stands.key == seam.accept_stage
        is_taken = reached and by is not None and not packet.gaps(seam.packet, handoff.packet)
        handoff.state = Handoff.State.ACCEPTED if is_taken else Handoff.State.RECALLED
        handoff.answered_at, handoff.answered_by = at, by
        handoff.note = f"The record moved on to {stands.label if stands else 'another stage'}."
        if handoff.due_at < at:
            handoff.breached_at = handoff.breached_at or handoff.due_at
        waits = is_taken and handoff.touch_due_at is not None and handoff.first_touched_at is None
        handoff.next_step, handoff.next_step_at = (TOUCH, handoff.touch_due_at) if waits else (0, None)
        if is_taken and by is not None:
            handoff.assignee_id, handoff.queue_id = handoff.assignee_id or by.pk, None
            own(handoff.record, handoff, by, at)
        facts = {"number": handoff.number, "seam": seam.key, "note": handoff.note}
        events.append((f"handoff.{handoff.state}", "handoff", handoff.pk, handoff.record_id, facts))
    fields = ("state", "answered_at", "answered_by", "note", "breached_at", "next_step", "next_step_at")
    Handoff.objects.bulk_update(left, [*fields, "assignee", "queue"])
    Assignment.objects.filter(handoff__in=left, ended_at__isnull=True).update(ended_at=at)
    record_all(events, at=at, actor=by)


def stop_first_touch_clocks(
    *, workspace: Workspace, record_ids: Sequence[UUID], by: Member | None, at: datetime, **news: Any
) -> None:
    """A qualifying activity is the first touch of the record's handoffs; their touch step falls away when in time.

    A touch of the record that accepting made counts as well. One query when no clock runs."""
    waiting = Handoff.objects.filter(
        Q(record_id__in=record_ids) | Q(result_id__in=record_ids),
        state__in=[Handoff.State.OFFERED, Handoff.State.ACCEPTED],
        first_touched_at__isnull=True,
        offered_at__lte=at,
    )
    touched = list(waiting.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not touched:
        return
    events = []
    for handoff in touched:
        handoff.first_touched_at = at
        is_in_time = handoff.touch_due_at is None or at <= handoff.touch_due_at
        if handoff.state == Handoff.State.ACCEPTED and is_in_time:
            handoff.next_step_at = None
        minutes = round((at - handoff.offered_at).total_seconds() / 60)
        facts = {"number": handoff.number, "minutes": minutes, "in_time": is_in_time}
        events.append(("handoff.first_touched", "handoff", handoff.pk, handoff.record_id, facts))
    Handoff.objects.bulk_update(touched, ["first_touched_at", "next_step_at"])
    record_all(events, at=at, actor=by)
