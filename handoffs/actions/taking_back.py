"""Taking an answer back within ten seconds: everything it did, or nothing, with the reason."""

from datetime import datetime, timedelta

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import NotPermitted
from core.people.models import Member
from core.people.permissions import LEADS, permit
from handoffs.actions.access import hold, seam_in_force
from handoffs.actions.reach import reach_of
from handoffs.actions.undoing.came_after import what_came_after
from handoffs.actions.undoing.deeds_done import BeingUndone, DeedDone, find_made, find_moved
from handoffs.actions.undoing.giving_back import give_back
from handoffs.models import Handoff
from handoffs.refused import CannotUndo, UndoTooLate
from lifecycle.actions.entering import locked

UNDO_FOR = timedelta(seconds=10)
ON_ITS_WAY = timedelta(seconds=5)  # a click in the tenth second reaches us later


def undo_answer(handoff: Handoff, state: str, *, by: Member, at: datetime) -> Handoff:
    """Open a handoff that was accepted, rejected or recalled (`state`) again, as it was: the records it moved go back,
    what it made goes, tasks it gave somebody end, its clock goes on, also the pauses that it ended.

    Beats: permit, lock, decide, write, record. Only who answered, or who leads whoever has it. Raises NotPermitted,
    UndoTooLate, and CannotUndo where something came after it."""
    permit(by, "handoff.offer" if state == Handoff.State.RECALLED else "handoff.answer")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at, must_be_open=False)
        present = held.handoff
        if present.state != state or present.answered_at is None:
            raise CannotUndo(f"not_{state}", f"It is not {state}, so there is nothing to take back.")
        leads = by.role in LEADS and reach_of(by, [present.pk]).may_answer(present)
        if by.pk != present.answered_by_id and not leads:
            raise NotPermitted(f"Only who {state} it takes that back.", code="not_yours")
        if at > present.answered_at + UNDO_FOR + ON_ITS_WAY:
            raise UndoTooLate(present.answered_at, state=state)
        deed = answer_of(present)
        find_moved([deed])
        find_made([deed])
        records = {each.pk: each for each in locked(deed.records)}
        if why := what_came_after([[deed]], held.lifecycle).get(present.pk):
            raise why
        give_back(BeingUndone(held.workspace, held.lifecycle, [deed], records, by, held.at))
    return Handoff.objects.get(pk=present.pk)


def answer_of(handoff: Handoff) -> DeedDone:
    """The answer of a handoff as a deed to be undone. No query where its workspace is known."""
    assert handoff.answered_at is not None and handoff.answered_by_id is not None, "somebody answered it"
    seam = seam_in_force(handoff.workspace, handoff)
    return DeedDone(
        handoff, seam, handoff.state, handoff.answered_at, by_id=handoff.answered_by_id, run=handoff.clock_run
    )


def may_undo(handoff: Handoff, by: Member, at: datetime) -> bool:
    """Whether the page offers it: by who answered, in the ten seconds after. No query."""
    return (
        handoff.state != Handoff.State.OFFERED
        and handoff.answered_at is not None
        and handoff.answered_by_id == by.pk
        and at <= handoff.answered_at + UNDO_FOR
    )


def why_not_undone(handoff: Handoff) -> str:
    """What came after an answer and keeps it, in words; "" where nothing did. A look, which holds nothing."""
    deed = answer_of(handoff)
    find_moved([deed])
    find_made([deed])
    why = what_came_after([[deed]], blueprint_of(handoff.workspace), is_look=True).get(handoff.pk)
    return why.detail if why else ""
