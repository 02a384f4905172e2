"""Taking back that one handoff was given to somebody else by hand: as what was done to many, of one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from blueprint.documents import blueprint_of
from core.errors import NotPermitted, Refusal
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.in_bulk.bulk_rows import BulkVerb
from handoffs.actions.in_bulk.bulk_undo import deeds_of, moved_on, stepped, undo_all
from handoffs.actions.taking_back import ON_ITS_WAY, UNDO_FOR
from handoffs.actions.undoing.came_after import what_came_after
from handoffs.actions.undoing.deeds_done import find_made, find_moved
from handoffs.models import Assignment, BulkDeed, Handoff
from handoffs.refused import CannotUndo, UndoTooLate


def keep_gift(given: Handoff, touch_due: datetime | None, *, by: Member, at: datetime) -> None:
    """Keep that a handoff was given away, so that it can be taken back; its first touch was due at `touch_due` before.
    Two queries."""
    row: dict[str, Any] = {"id": str(given.pk), "number": given.number, "run": given.clock_run, "at": at.isoformat()}
    row["touch_due"] = touch_due and touch_due.isoformat()
    BulkDeed.objects.filter(by=by, at__lt=at - BulkDeed.KEPT_FOR).delete()
    BulkDeed.objects.create(verb=BulkVerb.REASSIGN.value, by=by, at=at, until_at=at + UNDO_FOR, rows=[row])


def gift_of(handoff: Handoff, by: Member, at: datetime) -> BulkDeed | None:
    """How this person gave it away last, alone, whether that was taken back or not. One query."""
    kept = BulkDeed.objects.filter(by=by, at__gt=at - BulkDeed.KEPT_FOR, verb=BulkVerb.REASSIGN.value)
    newest = ("-at", F("undone_at").desc(nulls_first=True))
    last = kept.filter(rows__contains=[{"id": str(handoff.pk)}]).order_by(*newest).first()
    return last if last and len(last.rows) == 1 else None


def gift_to_undo(handoff: Handoff, by: Member, at: datetime) -> BulkDeed | None:
    """The gift that the page offers to take back: by who gave it, in the ten seconds after. One query."""
    last = gift_of(handoff, by, at)
    return last if last and last.undone_at is None and at <= last.until_at else None


def undo_gift(handoff: Handoff, *, by: Member, at: datetime) -> Handoff:
    """Whoever had it has it again, with the clock, the tasks, the turn and the pause that were theirs. Asked once more,
    nothing is left to do.

    Beats: permit, lock, decide, write, record. Raises NotPermitted for whoever did not give it away, UndoTooLate, and
    CannotUndo where something came after it."""
    permit(by, BulkVerb.REASSIGN.permission)
    with transaction.atomic():
        found = gift_of(handoff, by, at)
        if found is None:
            raise _nothing_of_theirs(handoff)
        deed = BulkDeed.objects.select_for_update().get(pk=found.pk)
        if deed.undone_at is None:
            if at > deed.until_at + ON_ITS_WAY:
                raise UndoTooLate(deed.at, state="given")
            undone, refused = undo_all(by.workspace, deed, by, at)
            if why := refused.get(handoff.pk):
                raise why
            deed.undone, deed.undone_at = undone, at
            deed.save(update_fields=["undone", "undone_at"])
    return Handoff.objects.get(pk=handoff.pk)


def why_not_given_back(handoff: Handoff, deed: BulkDeed, at: datetime) -> str:
    """What came after a gift and keeps it, in words; "" where nothing did. A look, which holds nothing."""
    [row], refused = deed.rows, dict[Any, Refusal]()
    [given] = deeds_of(handoff.workspace, {handoff.pk: row}, BulkVerb.REASSIGN, deed.by)
    if not moved_on(given, {handoff.pk: row}, refused):
        find_moved([given])
        find_made([given])
        refused |= stepped([given], at)
        refused |= what_came_after([[given]], blueprint_of(handoff.workspace), is_look=True)
    why = refused.get(handoff.pk)
    return why.detail if why else ""


def _nothing_of_theirs(handoff: Handoff) -> Refusal:
    last = Assignment.objects.filter(handoff=handoff).order_by("at", "id").last()
    if last and last.cause == "manual":
        return NotPermitted("Only who gave it away takes that back.", code="not_yours")
    return CannotUndo("not_given", "It was not given to somebody else, so there is nothing to take back.")
