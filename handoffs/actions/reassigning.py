"""Changing hands by hand: a manager gives an open handoff to somebody else."""

from datetime import datetime

from django.db import transaction

from core.errors import BadInput
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.access import hold
from handoffs.actions.changing_hands import move, write
from handoffs.models import Handoff
from handoffs.rules.sla import carried_on, start
from lifecycle.rules.owners import why_not_owner


def reassign(handoff: Handoff, to: Member, *, by: Member, at: datetime, note: str = "") -> Handoff:
    """A manager gives an open handoff to somebody else; their clock starts anew.

    Raises NotPermitted, HandoffAlreadyAnswered, BadInput."""
    permit(by, "handoff.reassign")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at)
        present = held.handoff
        if why_not := why_not_owner(to):  # who accepts owns the record
            raise BadInput(why_not[1], code=why_not[0], field="to")
        if to.pk == present.assignee_id:
            raise BadInput(f"{to.name} has it already.", code="same_assignee", field="to")
        clock = carried_on(start(present.seam_terms, held.at), present.ladder[present.next_step :])
        trace = {"by": by.name, "note": note[:500]}
        write([move(present.pk, to.pk, clock) | {"trace": trace}], cause="manual", by=by, at=held.at)
    return Handoff.objects.get(pk=handoff.pk)
