"""Taking back what was done to many at once: by who did it, within ten seconds; what moved on meanwhile is left."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from blueprint.documents import blueprint_of
from core.errors import NotPermitted, Refusal
from core.people.models import Member, Workspace
from core.people.permissions import permit
from handoffs.actions.access import seam_in_force
from handoffs.actions.in_bulk.bulk_rows import BulkResult, BulkRow, BulkVerb, holder_of
from handoffs.actions.in_bulk.each_alone import each_alone
from handoffs.actions.lock_order import hold_ahead
from handoffs.actions.taking_back import ON_ITS_WAY, UNDO_FOR
from handoffs.actions.undoing.came_after import what_came_after
from handoffs.actions.undoing.deeds_done import BeingUndone, DeedDone, find_made, find_moved, together
from handoffs.actions.undoing.giving_back import give_back
from handoffs.models import BulkDeed, Clock, Handoff
from handoffs.refused import CannotUndo, HandoffAlreadyAnswered, UndoTooLate
from lifecycle.actions.entering import locked


def keep_deed(
    result: BulkResult, kept: Mapping[UUID, tuple[datetime, datetime | None]], *, by: Member, at: datetime, began: float
) -> BulkDeed | None:
    """Keep what was done, so that it can be taken back; None where nothing was. The ten seconds begin when it is done:
    `began` is the machine's count when it was asked for. What they did on other days is forgotten. Three queries.

    `kept`: by handoff, when it was done and when its first touch was due."""
    done = Handoff.objects.filter(number__in=[row.number for row in result.rows if row.is_done])
    rows = [
        {
            "id": str(pk),
            "number": number,
            "run": run,
            "at": kept[pk][0].isoformat(),
            "touch_due": (due := kept[pk][1]) and due.isoformat(),
        }
        for pk, number, run in done.order_by("number").values_list("pk", "number", "clock_run")
    ]
    if not rows:
        return None
    BulkDeed.objects.filter(by=by, at__lt=at - BulkDeed.KEPT_FOR).delete()
    until = at + timedelta(seconds=time.monotonic() - began) + UNDO_FOR
    deed: BulkDeed = BulkDeed.objects.create(verb=result.verb.value, by=by, at=at, until_at=until, rows=rows)
    return deed


def undo_deed(workspace: Workspace, deed_id: UUID, *, by: Member, at: datetime) -> BulkResult:
    """Take back what was done to many: each goes back to where it was, or is named with what came after it, and left.
    Done again, it says the same.

    Beats: permit, lock, decide each, write together, record. Raises NotFound, NotPermitted for whoever did not do it,
    UndoTooLate."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        deed = BulkDeed.objects.select_for_update().one(pk=deed_id)
        verb = BulkVerb(deed.verb)
        if deed.by_id != by.pk:
            raise NotPermitted("Only who did it takes it back.", code="not_yours")
        permit(by, verb.permission)
        if deed.undone_at is None:
            if at > deed.until_at + ON_ITS_WAY:
                raise UndoTooLate(deed.at)
            deed.undone, deed.undone_at = undo_all(workspace, deed, by, at)[0], at
            deed.save(update_fields=["undone", "undone_at"])
            return _told(deed, "done")
        return _told(deed, "already")


def undo_all(
    workspace: Workspace, deed: BulkDeed, by: Member, at: datetime
) -> tuple[list[dict[str, Any]], dict[UUID, Refusal]]:
    """What came of each, and what was refused, by handoff. The records are locked first, in the order of their ids, as
    by everybody who answers."""
    rows = {UUID(row["id"]): row for row in deed.rows}
    verb = BulkVerb(deed.verb)
    deeds = deeds_of(workspace, rows, verb, by)
    find_moved(deeds)
    results = {each.handoff.result_id for each in deeds if each.handoff.result_id}
    records = {each.pk: each for each in locked({*results, *(pk for each in deeds for pk in each.records)})}
    list(Handoff.objects.filter(pk__in=rows).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    refused: dict[UUID, Refusal] = {}
    deeds = [each for each in deeds_of(workspace, rows, verb, by) if not moved_on(each, rows, refused)]
    find_moved(deeds)
    find_made(deeds)
    if verb == BulkVerb.REASSIGN:
        refused |= stepped(deeds, at)
    lifecycle, groups = blueprint_of(workspace), together(deeds)
    refused |= what_came_after(groups, lifecycle)
    free = [group for group in groups if not any(each.handoff.pk in refused for each in group)]
    by_moment = _by_moment(free, records, at)
    if len(by_moment) > 1:
        hold_ahead()
    for moment, those in by_moment.items():
        by_key = {group[0].handoff.pk: group for group in those}

        def take(moment: datetime, of: Mapping[UUID, list[DeedDone]], keys: Sequence[UUID]) -> dict[UUID, Refusal]:
            taken = [deed for key in keys for deed in of[key]]
            moved = {pk: records[pk] for deed in taken for pk in deed.records if pk in records}
            give_back(BeingUndone(workspace, lifecycle, taken, moved, by, moment))
            return {}

        for key, why in each_alone({key: key for key in by_key}, partial(take, moment, by_key)).items():
            refused |= {each.handoff.pk: why for each in by_key[key]}
    return [_as_row(row, refused.get(key)) for key, row in rows.items()], refused


def deeds_of(workspace: Workspace, rows: Mapping[UUID, Any], verb: BulkVerb, by: Member) -> list[DeedDone]:
    """Each handoff as it is now, with what was done to it. A query for each table."""
    found = Handoff.objects.filter(pk__in=rows).prefetch_related("record", "answered_by", "assignee").order_by("pk")
    is_given = verb == BulkVerb.REASSIGN
    deeds = []
    for handoff in found:
        row = rows[handoff.pk]
        due = row["touch_due"] if is_given else None
        deeds.append(
            DeedDone(
                handoff,
                seam_in_force(workspace, handoff),
                verb.state or Handoff.State.OFFERED,
                datetime.fromisoformat(row["at"]),
                by.pk,
                row["run"] - 1 if is_given else row["run"],
                datetime.fromisoformat(due) if due else None,
            )
        )
    return deeds


def moved_on(deed: DeedDone, rows: Mapping[UUID, Any], refused: dict[UUID, Refusal]) -> bool:
    """Whether the handoff is no longer as it was left, which is noted with who did what."""
    handoff, row = deed.handoff, rows[deed.handoff.pk]
    is_open = handoff.state == Handoff.State.OFFERED
    if (
        handoff.state == deed.state
        and handoff.clock_run == row["run"]
        and (is_open or handoff.answered_at == deed.since)
    ):
        return False
    if not is_open:
        refused[handoff.pk] = HandoffAlreadyAnswered(handoff)
    else:
        refused[handoff.pk] = CannotUndo(
            "went_on", f"It went on to {holder_of(handoff)}.", {"with": holder_of(handoff)}
        )
    return True


def stepped(deeds: Iterable[DeedDone], at: datetime) -> dict[UUID, Refusal]:
    """Those of which the new clock has taken a step, or is about to: another one would take it again. One query."""
    running = Clock.objects.filter(handoff__in=[each.handoff.pk for each in deeds], stopped_at=None)
    stepped = running.filter(Q(rung__gt=0) | Q(next_rung_at__lte=at))
    said = "A step of its ladder fell due since."
    return {handoff_id: CannotUndo("step_taken", said) for handoff_id in stepped.values_list("handoff_id", flat=True)}


def _by_moment(
    groups: Iterable[list[DeedDone]], records: Mapping[UUID, Any], at: datetime
) -> dict[datetime, list[list[DeedDone]]]:
    """Each at its own moment: never before its deed, or before one of its records was last written."""
    found: dict[datetime, list[list[DeedDone]]] = defaultdict(list)
    for group in groups:
        written = [records[pk].updated_at for each in group for pk in each.records if pk in records]
        found[max(at, *(each.since for each in group), *written)].append(group)
    return found


def _as_row(row: Mapping[str, Any], why: Refusal | None) -> dict[str, Any]:
    told = {"id": row["id"], "number": row["number"]}
    if why is None:
        return told | {"outcome": "done", "code": "", "detail": "", "facts": {}}
    return told | {"outcome": "refused", "code": why.code, "detail": why.detail, "facts": why.facts}


def _told(deed: BulkDeed, done: str) -> BulkResult:
    """What came of each, with who has it now. A query for each table."""
    related = ("seam", "assignee", "queue", "record")
    there = Handoff.objects.prefetch_related(*related).in_bulk([row["id"] for row in deed.undone])
    rows = []
    for row in deed.undone:
        handoff = there[UUID(row["id"])]
        rows.append(
            BulkRow(
                row["number"],
                done if row["outcome"] == "done" else "refused",
                row["code"],
                row["detail"],
                record=handoff.record.name,
                seam=handoff.seam.label,
                before=holder_of(handoff),
                after=holder_of(handoff),
                due_at=handoff.due_at,
                facts=row["facts"],
            )
        )
    return BulkResult(BulkVerb(deed.verb), rows, [])
