"""Taking a handoff in hand: locked, still open, and by somebody who may."""

from datetime import datetime

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from core.errors import NotPermitted
from core.people.models import Member, TeamSeat, Workspace
from core.people.permissions import LEADS
from handoffs.actions.scanning import take_due_steps
from handoffs.errors import HandoffAlreadyAnswered
from handoffs.models import Handoff
from lifecycle.actions.entering import moment_of
from lifecycle.models import Record


def lock_open(handoff: Handoff, at: datetime) -> tuple[Handoff, datetime]:
    """The handoff, locked and open, and the moment of what is done with it. Raises HandoffAlreadyAnswered.

    Steps that fell due and that no scan has seen yet are taken first: also those that pass it on to somebody else. The
    moment is `at`, but never before the present assignment began or the record was last written: while we waited for
    the lock others wrote, perhaps with a later moment than ours. Locked without touching its key, so that rows pointing
    at it need not wait."""
    found = lock(handoff)
    if found.state != Handoff.State.OFFERED:
        raise HandoffAlreadyAnswered(found)
    if found.next_step_at is not None and found.next_step_at <= at:
        take_due_steps([found.pk], at)
        found = lock(handoff)
    began = found.assignments.filter(ended_at__isnull=True).values_list("at", flat=True).first()
    return found, max(moment_of(found.record, at), began or found.offered_at)


def lock(handoff: Handoff) -> Handoff:
    """The handoff, locked, and then read with what it points at: a join made while waiting would show the old people.
    Three queries.

    Its record is locked first, as by everybody who moves, touches or offers one: two who answer and move at once wait
    for each other and never in a circle."""
    Record.objects.select_for_update().only("pk").get(pk=handoff.record_id)
    Handoff.objects.select_for_update(no_key=True).only("pk").get(pk=handoff.pk)
    related = ("answered_by", "assignee", "record__stage", "record__account")
    found: Handoff = Handoff.objects.select_related(*related).get(pk=handoff.pk)
    return found


def seam_in_force(workspace: Workspace, handoff: Handoff) -> SeamTerms:
    """The seam as it is now, for answering by; one that was retired since, as it was when the handoff was offered."""
    now = blueprint_of(workspace).seams_by_id.get(handoff.seam_id)
    return now or blueprint_of.at(workspace.pk, handoff.blueprint_version).seams_by_id[handoff.seam_id]


def permit_answer(by: Member, handoff: Handoff, seam: SeamTerms) -> None:
    """Only the assignee answers, or somebody who leads; what waits in a queue, anybody of its side.

    Raises NotPermitted."""
    if by.role in LEADS or by.pk == handoff.assignee_id:
        return
    if handoff.assignee is None and TeamSeat.objects.filter(member=by, team__function=seam.to_function).exists():
        return
    whose = handoff.assignee.name if handoff.assignee else "the receiving team"
    raise NotPermitted(f"This handoff is for {whose} to answer.", code="not_yours", facts={"assignee": whose})
